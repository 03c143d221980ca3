import { readArchive } from "../archive/read-archive.ts";
import type { PluginFiles } from "../plugin-files.ts";
import { fetchGithub, githubRef } from "./github.ts";
import { fetchGitlab, gitlabRef } from "./gitlab.ts";
import { fetchNpm, npmVersion } from "./npm.ts";
import type { Place } from "./place.ts";
import type { Servers } from "./servers.ts";

/** What fetching a plugin takes. */
export interface Surroundings {
  servers: Servers;
  /** Opens a private package or repository. It goes to its server alone. */
  privateToken: string | null;
  /** Told of bytes that have come, and of how many there are, if that is known. */
  onBytes?: ((bytes: number, total: number | null) => void) | undefined;
  /** The platform's own by default. */
  fetch?: typeof fetch | undefined;
}

/** An archive, and the plugin in it. */
export interface Fetched {
  archive: Uint8Array;
  /** The npm version, the tag or the commit. */
  tag: string;
  /** The plugin's folder in the repository; null where its plugin.json is to be looked for. */
  folder: string | null;
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

/** The npm version or the commit that is the newest of where a plugin comes from. @throws {SourceError} */
export function latestTag(place: Place, surroundings: Surroundings): Promise<string> {
  if (place.kind === "npm") return npmVersion({ ...place, version: "latest" }, surroundings);
  return place.kind === "github" ? githubRef(place, surroundings) : gitlabRef(place, surroundings);
}
