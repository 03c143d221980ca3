import { z } from "zod";
import { MAX_ARCHIVE_BYTES } from "../plugin-files.ts";
import { download, downloadJson } from "./download.ts";
import type { RepositoryPlace } from "./place.ts";
import type { Fetched, Surroundings } from "./source.ts";
import { SourceError } from "./source-error.ts";

const commits = z.array(z.object({ id: z.string().regex(/^[0-9a-f]{7,64}$/) })).min(1);
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The commit, or the tag, that a place means now. @throws {SourceError} when there is none */
export async function gitlabRef(place: RepositoryPlace, surroundings: Surroundings): Promise<string> {
  const { ref, isBranch, folder } = place;
  if (!isBranch && ref !== null) return ref;
  const query = new URLSearchParams({
    ...(ref !== null && { ref_name: ref }),
    ...(folder !== null && { path: folder }),
    per_page: "1",
  });
  const address = `${repositoryOf(place, surroundings)}/commits?${query.toString()}`;
  const answer = await downloadJson(address, { ...optionsOf(surroundings), maxBytes: MAX_ANSWER_BYTES });
  const [newest] = commits.safeParse(answer).data ?? [];
  if (newest === undefined)
    throw new SourceError(
      `Could not get latest commit for ${place.url}. Reason: there is no such project, branch or folder, or it is private: give a private_token.`,
    );
  return newest.id;
}

/** Fetches a project as it is at a commit, tag or branch. @throws {SourceError} */
export async function fetchGitlab(place: RepositoryPlace, surroundings: Surroundings): Promise<Fetched> {
  const ref = await gitlabRef(place, surroundings);
  const address = `${repositoryOf(place, surroundings)}/archive.zip?${new URLSearchParams({ sha: ref }).toString()}`;
  const archive = await download(address, {
    ...optionsOf(surroundings),
    accept: "application/zip, */*",
    maxBytes: MAX_ARCHIVE_BYTES,
    onBytes: surroundings.onBytes,
  });
  if (archive === null)
    throw new SourceError(
      `Could not download archive from gitlab: ${place.project} has no ${ref}, or it is private: give a private_token.`,
    );
  return { archive, tag: ref, folder: place.folder };
}

const repositoryOf = ({ project }: RepositoryPlace, { servers }: Surroundings): string =>
  `${servers.gitlab}/api/v4/projects/${encodeURIComponent(project)}/repository`;

function optionsOf({ privateToken, fetch }: Surroundings) {
  return { from: "gitlab", authorization: privateToken === null ? undefined : `Bearer ${privateToken}`, fetch };
}
