import { npmPlace, type NpmPlace } from "./npm-place.ts";
import { githubPlace, gitlabPlace, type RepositoryPlace } from "./repository-place.ts";
import type { Servers } from "./servers.ts";
import { SourceError } from "./source-error.ts";

export type Place = NpmPlace | RepositoryPlace;

const MAX_CHARACTERS = 800;
/** Repositories as git, npm and hurried people write them. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/^git\+(?=https?:)/, ""],
  [/^(?:(?:git\+)?ssh:\/\/git@|git:\/\/)/, "https://"],
  [/^git@([\w.-]+):/, "https://$1/"],
  [/^(github|gitlab):(?!\/\/)/, "https://$1.com/"],
  [/^(?=(?:www\.)?(?:github|gitlab|npmjs)\.com\/)/, "https://"],
];

/** Whether a text can be sent as a token. */
export const isToken = (text: string): boolean => /^[\x21-\x7e]{1,400}$/.test(text);

/**
 * Reads what people paste to install a plugin: an npm package or its page, or a repository's page on GitHub, GitLab or the operator's own servers.
 * @returns the place, and the token in its query string, which is no part of it
 * @throws {SourceError} for anything else, without the secrets in it
 */
export function parsePlace(text: string, servers: Servers): { place: Place; privateToken: string | null } {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARACTERS)
    throw new SourceError(`The address is longer than ${MAX_CHARACTERS} characters.`);
  const url = asUrl(trimmed);
  if (url === null) {
    const place = npmPlace(trimmed.replace(/^npm:/, ""));
    if (place === null) throw unknown(trimmed);
    return { place, privateToken: null };
  }
  const place = placeOn(url, servers);
  if (place === undefined) throw unknown(trimmed);
  if (place === null) throw noPage(url);
  if (url.username !== "" || url.password !== "")
    throw new SourceError(
      "The address has a name or password in front of its host. Leave that out, and give the token as private_token.",
    );
  const privateToken = url.searchParams.get("private_token");
  if (privateToken !== null && !isToken(privateToken))
    throw new SourceError("The private_token in the address is no token: copy it again, without what is around it.");
  return { place, privateToken };
}

/** Null for a page of a known server that is no package's or repository's, undefined for other servers. */
function placeOn(url: URL, servers: Servers): Place | null | undefined {
  const path = url.pathname.replace(/\/+$/, "").slice(1);
  switch (url.hostname.replace(/^www\./, "")) {
    case "npmjs.com": {
      const [, name = "", version] = /^package\/((?:@[^/]+\/)?[^/]+)(?:\/v\/([^/]+))?$/.exec(path) ?? [];
      return npmPlace(version === undefined ? name : `${name}@${version}`);
    }
    case "github.com":
      return githubPlace("https://github.com", path);
    case "gitlab.com":
      return gitlabPlace("https://gitlab.com", path);
    default:
      return ownPlace(url, servers);
  }
}

/** A page of a server that the operator named, when it is clear what it is. */
function ownPlace(url: URL, { github: { web: github }, gitlab }: Servers): Place | null | undefined {
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  const below = (home: string): string | null =>
    address.startsWith(`${home}/`) ? address.slice(home.length + 1) : null;
  const [onGithub, onGitlab] = [below(github), below(gitlab)];
  if (onGithub !== null && onGitlab === null) return githubPlace(github, onGithub);
  return onGitlab !== null && onGithub === null ? gitlabPlace(gitlab, onGitlab) : undefined;
}

function asUrl(text: string): URL | null {
  const full = SPELLINGS.reduce((spelled, [pattern, instead]) => spelled.replace(pattern, instead), text);
  return /^https?:\/\//i.test(full) ? URL.parse(full) : null;
}

const noPage = ({ hostname, pathname }: URL): SourceError =>
  new SourceError(
    `${hostname}${pathname} is no page of a repository or package. Such are https://github.com/USER/REPOSITORY, with /tree/BRANCH/FOLDER, /commit/SHA, /releases/latest, /releases/tag/TAG or /archive/REF.zip behind it, https://gitlab.com/GROUP/PROJECT, with /-/tree/REF/FOLDER, and https://www.npmjs.com/package/NAME, with /v/VERSION.`,
  );

function unknown(text: string): SourceError {
  const shown = text
    .replace(/\?.*$/s, "")
    .replace(/\/\/[^/]*@/, "//")
    .slice(0, 100);
  return new SourceError(
    `Must be a GitHub/GitLab repository or npm package URL! ${JSON.stringify(shown)} is neither. A repository on another server can be installed as an archive; GITHUB_BASE_URL and GITLAB_BASE_URL name servers of one's own.`,
  );
}
