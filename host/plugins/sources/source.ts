import { readArchive } from "../archive/read-archive.ts";
import type { PluginFiles } from "../plugin-files.ts";
import type { Seen } from "./download.ts";
import { fetchGithub, githubState } from "./github.ts";
import { fetchGitlab, gitlabState } from "./gitlab.ts";
import { fetchNpm, newestOnNpm } from "./npm.ts";
import { isVersion } from "./npm-place.ts";
import type { Place } from "./place.ts";
import { isRef } from "./repository-place.ts";
import type { Servers } from "./servers.ts";
import { SourceError } from "./source-error.ts";

/** What fetching a plugin takes. */
export interface Surroundings {
  servers: Servers;
  /** Opens a private package or repository. It goes to its server alone. */
  privateToken: string | null;
  /** Told of bytes that have come, and of how many there are, if that is known. */
  onBytes?: ((bytes: number, total: number | null) => void) | undefined;
}

/** An archive, and the plugin in it. */
export interface Fetched {
  archive: Uint8Array;
  /** The npm version, the tag or the commit. */
  tag: string;
  /** The plugin's folder in the repository; null where its plugin.json is to be looked for. */
  folder: string | null;
  /** Where the plugin lives, as its server understood the place. */
  url: string;
}

/** Fetches a plugin's archive. @throws {SourceError} */
export function fetchArchive(place: Place, surroundings: Surroundings): Promise<Fetched> {
  if (place.kind === "npm") return fetchNpm(place, surroundings);
  return place.kind === "github" ? fetchGithub(place, surroundings) : fetchGitlab(place, surroundings);
}

/** The plugin's files. @throws {InvalidPluginError} */
export function filesIn({ archive, folder }: Fetched): Promise<PluginFiles> {
  return readArchive(archive, folder);
}

/**
 * The npm version, release or commit that is the newest of where a plugin comes from.
 * @param seen what was the answer before: a server that knows its mark only says that nothing has changed
 * @throws {SourceError}
 */
export async function newestTag(place: Place, surroundings: Surroundings, seen?: Seen<string>): Promise<Seen<string>> {
  if (place.kind === "npm") return newestOnNpm(place, surroundings, seen);
  const { value, etag } = await (place.kind === "github" ? githubState : gitlabState)(place, surroundings, seen);
  return { value: value.tag, etag };
}

/** The place at another version, commit or tag of it. @throws {SourceError} for a text that can be none */
export function placeAt(place: Place, tag: string): Place {
  if (!(place.kind === "npm" ? isVersion(tag) : isRef(tag)))
    throw new SourceError(`${JSON.stringify(tag)} is no ${place.kind === "npm" ? "version" : "commit or tag"}.`);
  return place.kind === "npm" ? { ...place, version: tag } : { ...place, ref: tag, follows: null };
}
