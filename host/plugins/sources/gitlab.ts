import { z } from "zod";
import { lookUp, type Seen } from "./download.ts";
import { fetchState, type RepositoryState, stateOf } from "./repository.ts";
import { isRef, type RepositoryPlace } from "./repository-place.ts";
import type { Fetched, Surroundings } from "./source.ts";

const commits = z.array(z.object({ id: z.string().regex(/^[0-9a-f]{7,64}$/) }));
const release = z.object({ tag_name: z.string().refine(isRef) });
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The commit, or the tag, that a place means now. @throws {SourceError} when there is none */
export function gitlabState(
  place: RepositoryPlace,
  surroundings: Surroundings,
  seen?: Seen<string>,
): Promise<Seen<RepositoryState>> {
  return stateOf(place, (reading, known) => newest(reading, surroundings, known), seen);
}

/** Fetches a project as it is at a commit, tag or branch. @throws {SourceError} */
export async function fetchGitlab(place: RepositoryPlace, surroundings: Surroundings): Promise<Fetched> {
  const { value: state } = await gitlabState(place, surroundings);
  const query = new URLSearchParams({ sha: state.tag });
  return fetchState(state, `${projectOf(place, surroundings)}/repository/archive.zip?${query.toString()}`, {
    ...optionsOf(surroundings),
    onBytes: surroundings.onBytes,
  });
}

function newest(
  place: RepositoryPlace,
  surroundings: Surroundings,
  seen: Seen<string> | undefined,
): Promise<Seen<string> | null> {
  const project = projectOf(place, surroundings);
  const options = { ...optionsOf(surroundings), maxBytes: MAX_ANSWER_BYTES };
  const { ref, follows, folder } = place;
  if (follows === "release")
    return lookUp(
      `${project}/releases/permalink/latest`,
      options,
      (json) => release.safeParse(json).data?.tag_name ?? null,
      seen,
    );
  const query = new URLSearchParams({
    ...(ref !== null && { ref_name: ref }),
    ...(folder !== null && { path: folder }),
    per_page: "1",
  });
  const address = `${project}/repository/commits?${query.toString()}`;
  return lookUp(address, options, (json) => commits.safeParse(json).data?.[0]?.id ?? null, seen);
}

const projectOf = ({ project }: RepositoryPlace, { servers }: Surroundings): string =>
  `${servers.gitlab}/api/v4/projects/${encodeURIComponent(project)}`;

function optionsOf({ servers, privateToken }: Surroundings) {
  const authorization = privateToken === null ? undefined : `Bearer ${privateToken}`;
  return { from: "gitlab", base: servers.gitlab, authorization };
}
