import { z } from "zod";
import { lookUp, type Seen } from "./download.ts";
import { fetchState, type RepositoryState, stateOf } from "./repository.ts";
import { isRef, type RepositoryPlace } from "./repository-place.ts";
import type { Fetched, Surroundings } from "./source.ts";

const commits = z.array(z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/) }));
const release = z.object({ tag_name: z.string().refine(isRef) });
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The commit, or the tag, that a place means now. @throws {SourceError} when there is none */
export function githubState(
  place: RepositoryPlace,
  surroundings: Surroundings,
  seen?: Seen<string>,
): Promise<Seen<RepositoryState>> {
  return stateOf(place, (reading, known) => newest(reading, surroundings, known), seen);
}

/** Fetches a repository as it is at a commit, tag or branch. @throws {SourceError} */
export async function fetchGithub(place: RepositoryPlace, surroundings: Surroundings): Promise<Fetched> {
  const { servers, privateToken, onBytes } = surroundings;
  const { value: state } = await githubState(place, surroundings);
  const ref = state.tag.split("/").map(encodeURIComponent).join("/");
  return fetchState(state, `${servers.github.web}/${place.project}/archive/${ref}.zip`, {
    from: "github",
    base: servers.github.web,
    authorization: privateToken === null ? undefined : `token ${privateToken}`,
    onBytes,
  });
}

async function newest(
  { project, ref, follows, folder }: RepositoryPlace,
  surroundings: Surroundings,
  seen: Seen<string> | undefined,
): Promise<Seen<string> | null> {
  if (follows === "release")
    return ask(
      `/repos/${project}/releases/latest`,
      surroundings,
      (json) => release.safeParse(json).data?.tag_name,
      seen,
    );
  const query = new URLSearchParams({
    ...(ref !== null && { sha: ref }),
    ...(folder !== null && { path: folder }),
    per_page: "1",
  });
  const path = `/repos/${project}/commits?${query.toString()}`;
  return ask(path, surroundings, (json) => commits.safeParse(json).data?.[0]?.sha, seen);
}

async function ask(
  path: string,
  { servers: { github }, privateToken }: Surroundings,
  read: (json: unknown) => string | undefined,
  seen: Seen<string> | undefined,
): Promise<Seen<string> | null> {
  const askAt = (base: string) =>
    lookUp(
      `${base}${path}`,
      {
        from: "github",
        base,
        authorization: privateToken === null ? undefined : `Bearer ${privateToken}`,
        accept: "application/vnd.github+json",
        maxBytes: MAX_ANSWER_BYTES,
      },
      (json) => read(json) ?? null,
      seen,
    );
  // A server of one's own may have its API where its pages are.
  return (await askAt(github.api)) ?? (github.api.startsWith(github.web) ? askAt(github.web) : null);
}
