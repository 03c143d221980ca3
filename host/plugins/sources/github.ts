import { z } from "zod";
import { MAX_ARCHIVE_BYTES } from "../plugin-files.ts";
import { download, downloadJson } from "./download.ts";
import type { RepositoryPlace } from "./place.ts";
import type { Fetched, Surroundings } from "./source.ts";
import { SourceError } from "./source-error.ts";

const commits = z.array(z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/) })).min(1);
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The commit, or the tag, that a place means now. @throws {SourceError} when there is none */
export async function githubRef(place: RepositoryPlace, surroundings: Surroundings): Promise<string> {
  const { project, ref, isBranch, folder } = place;
  if (!isBranch && ref !== null) return ref;
  const query = new URLSearchParams({
    ...(ref !== null && { sha: ref }),
    ...(folder !== null && { path: folder }),
    per_page: "1",
  });
  const found = commits.safeParse(await ask(`/repos/${project}/commits?${query.toString()}`, surroundings));
  const [newest] = found.data ?? [];
  if (newest === undefined)
    throw new SourceError(
      `Could not get latest commit for ${place.url}. Reason: there is no such repository, branch or folder, or it is private: give a private_token.`,
    );
  return newest.sha;
}

/** Fetches a repository as it is at a commit, tag or branch. @throws {SourceError} */
export async function fetchGithub(place: RepositoryPlace, surroundings: Surroundings): Promise<Fetched> {
  const { servers, privateToken, fetch, onBytes } = surroundings;
  const ref = await githubRef(place, surroundings);
  const archive = await download(`${servers.github.web}/${place.project}/archive/${ref}.zip`, {
    from: "github",
    authorization: privateToken === null ? undefined : `token ${privateToken}`,
    accept: "application/zip, */*",
    maxBytes: MAX_ARCHIVE_BYTES,
    onBytes,
    fetch,
  });
  if (archive === null)
    throw new SourceError(
      `Could not download archive from github: ${place.project} has no ${ref}, or it is private: give a private_token.`,
    );
  return { archive, tag: ref, folder: place.folder };
}

async function ask(path: string, { servers: { github }, privateToken, fetch }: Surroundings): Promise<unknown> {
  const authorization = privateToken === null ? undefined : `Bearer ${privateToken}`;
  const options = {
    from: "github",
    authorization,
    accept: "application/vnd.github+json",
    maxBytes: MAX_ANSWER_BYTES,
    fetch,
  };
  const answer = await downloadJson(`${github.api}${path}`, options);
  // A server of one's own may have its API where its pages are.
  return answer ?? (github.api.startsWith(github.web) ? downloadJson(`${github.web}${path}`, options) : null);
}
