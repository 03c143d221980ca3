import { githubPlace, gitlabPlace } from "./repository-place.ts";
import { npmPlace, type NpmPlace } from "./npm-place.ts";
import { SourceError } from "./source-error.ts";

/** A repository, or a folder of one, at some state of it. */
export interface RepositoryPlace {
  kind: "github" | "gitlab";
  /** `owner/name`; on GitLab `group/subgroup/.../name`. */
  project: string;
  /** What to take: a commit, tag or branch; null for the default branch. */
  ref: string | null;
  /** Whether `ref` moves, so that its newest commit is looked up. */
  isBranch: boolean;
  /** The plugin's folder, without slashes around it; null for the root. */
  folder: string | null;
  /** Where the plugin lives, without what pins a state of it: it is known by this address. */
  url: string;
}

export type Place = NpmPlace | RepositoryPlace;

/**
 * Reads what people paste to install a plugin: an npm package or its page, or a repository's page on GitHub or GitLab.
 * @returns the place, and the token in its query string, which is no part of it
 * @throws {SourceError} for anything else
 */
export function parsePlace(text: string): { place: Place; privateToken: string | null } {
  const trimmed = text.trim();
  if (trimmed.length > 800) throw new SourceError("The address is longer than 800 characters.");
  const url = asUrl(trimmed);
  if (url === null) {
    const place = npmPlace(trimmed.replace(/^npm:/, ""));
    if (place === null) throw unknown(trimmed);
    return { place, privateToken: null };
  }
  const privateToken = url.searchParams.get("private_token");
  const host = url.hostname.replace(/^www\./, "");
  const path = url.pathname.replace(/\/+$/, "").slice(1);
  return { place: placeOn(host, path) ?? fail(trimmed, url), privateToken };
}

function placeOn(host: string, path: string): Place | null {
  if (host === "npmjs.com") {
    const [, name = "", version] = /^package\/((?:@[^/]+\/)?[^/]+)(?:\/v\/([^/]+))?$/.exec(path) ?? [];
    return npmPlace(version === undefined ? name : `${name}@${decodeURIComponent(version)}`);
  }
  if (host === "github.com") return githubPlace(path);
  return host === "gitlab.com" ? gitlabPlace(path) : null;
}

function asUrl(text: string): URL | null {
  const full = /^(?:www\.)?(?:github|gitlab|npmjs)\.com\//.test(text) ? `https://${text}` : text;
  return /^https?:\/\//i.test(full) && URL.canParse(full) ? new URL(full) : null;
}

function fail(text: string, { hostname, pathname }: URL): never {
  if (!/^(?:www\.)?(?:npmjs|github|gitlab)\.com$/.test(hostname)) throw unknown(text);
  throw new SourceError(
    `${hostname}${pathname} is no page of a repository or package. Such are https://github.com/USER/REPOSITORY, with /tree/BRANCH, /commit/SHA, /releases/tag/TAG or /archive/REF.zip behind it, https://gitlab.com/GROUP/PROJECT, with /-/tree/REF, and https://www.npmjs.com/package/NAME, with /v/VERSION.`,
  );
}

const unknown = (text: string): SourceError =>
  new SourceError(
    `Must be a GitHub/GitLab repository or npm package URL! ${JSON.stringify(text.replace(/\?.*$/s, "").slice(0, 100))} is neither; another server's repository can be installed as an archive.`,
  );
