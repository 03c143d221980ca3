import { MAX_ARCHIVE_BYTES } from "../plugin-files.ts";
import { download, type DownloadOptions, type Seen } from "./download.ts";
import { readingsOf, type RepositoryPlace } from "./repository-place.ts";
import type { Fetched } from "./source.ts";
import { SourceError } from "./source-error.ts";

/** The state of a repository that a place means now. */
export interface RepositoryState {
  place: RepositoryPlace;
  /** The commit or the tag. */
  tag: string;
}

/** Asks a server for the newest commit or release of a place; null when there is none. */
export type AskNewest = (place: RepositoryPlace, seen: Seen<string> | undefined) => Promise<Seen<string> | null>;

/** The state that a place means now. @throws {SourceError} when there is none */
export async function stateOf(
  place: RepositoryPlace,
  askNewest: AskNewest,
  seen?: Seen<string>,
): Promise<Seen<RepositoryState>> {
  if (place.follows === null && place.ref !== null) return { value: { place, tag: place.ref }, etag: null };
  for (const reading of readingsOf(place)) {
    const newest = await askNewest(reading, seen);
    if (newest !== null) return { value: { place: reading, tag: newest.value }, etag: newest.etag };
  }
  throw new SourceError(
    place.follows === "release"
      ? `Could not get latest release for ${place.url}. Reason: there is no such repository, it has no release, or it is private: give a private_token.`
      : `Could not get latest commit for ${place.url}. Reason: there is no such repository, branch or folder, or it is private: give a private_token.`,
  );
}

/** Fetches the archive of a state. @throws {SourceError} */
export async function fetchState(
  { place: { kind, project, folder, url }, tag }: RepositoryState,
  address: string,
  options: Omit<DownloadOptions, "maxBytes" | "accept">,
): Promise<Fetched> {
  const archive = await download(address, {
    ...options,
    accept: "application/zip, */*",
    maxBytes: MAX_ARCHIVE_BYTES,
  });
  if (archive === null)
    throw new SourceError(
      `Could not download archive from ${kind}: ${project} has no ${tag}, or it is private: give a private_token.`,
    );
  return { archive, tag, folder, url };
}
