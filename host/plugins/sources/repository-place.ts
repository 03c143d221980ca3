/** A repository, or a folder of one, at some state of it. */
export interface RepositoryPlace {
  kind: "github" | "gitlab";
  /** `owner/name`; on GitLab `group/subgroup/.../name`. */
  project: string;
  /** The commit, tag or branch to take; null for the default branch, or the newest release. */
  ref: string | null;
  /** What is looked up: the newest commit of a branch, or the newest release. Null where `ref` stays what it is. */
  follows: "branch" | "release" | null;
  /** The plugin's folder, without slashes around it; null for the root. */
  folder: string | null;
  /** Where the plugin lives, without what pins a state of it: it is known by this address. */
  url: string;
}

const NAME = /^[\w.-]+$/;
const SHA = /^[0-9a-f]{40}$/;
/** On both servers, what stands for the default branch. */
const DEFAULT_BRANCH = "HEAD";
/** The most parts of a path that may belong to a branch's name. */
const MAX_READINGS = 6;

/** Reads the path of a page on GitHub, without the slashes around it; null when it is no repository's. `home` is the server's address. */
export function githubPlace(home: string, path: string): RepositoryPlace | null {
  const [user = "", name = "", what, ...rest] = path.split("/").map(decoded);
  const project = `${user}/${name.replace(/\.git$/, "")}`;
  if (!isProject(project)) return null;
  const place = { kind: "github" as const, project, ref: null, folder: null, url: `${home}/${project}` };
  const ref = rest.join("/");
  switch (what) {
    case undefined:
      return { ...place, follows: "branch" };
    case "tree":
      return treeOf(place, "", rest);
    case "commit":
      return /^[0-9a-f]{7,40}$/.test(ref) ? { ...place, ref, follows: null } : null;
    case "releases":
      if (ref === "" || ref === "latest") return { ...place, follows: "release", url: `${place.url}/releases/latest` };
      return ref.startsWith("tag/") ? fixed(place, ref.slice("tag/".length)) : null;
    case "archive":
      return fixed(place, /^(?:refs\/(?:heads|tags)\/)?(.+)\.(?:zip|tar\.gz)$/.exec(ref)?.[1] ?? "");
    default:
      return null;
  }
}

/** Reads the path of a page on GitLab, without the slashes around it; null when it is no project's. `home` is the server's address. */
export function gitlabPlace(home: string, path: string): RepositoryPlace | null {
  const [before = "", after] = path.split("/-/");
  const project = before.replace(/\.git$/, "");
  if (!isProject(project)) return null;
  const place = { kind: "gitlab" as const, project, ref: null, folder: null, url: `${home}/${project}` };
  if (after === undefined) return { ...place, follows: "branch" };
  const [what = "", ...rest] = after.split("/").map(decoded);
  const ref = rest.join("/");
  switch (what) {
    case "tree":
      return treeOf(place, "/-", rest);
    case "releases":
      return ref === "" || ref === "permalink/latest"
        ? { ...place, follows: "release", url: `${place.url}/-/releases/permalink/latest` }
        : fixed(place, ref);
    case "archive":
      // What comes last is the name that the file gets.
      return fixed(place, rest.slice(0, -1).join("/"));
    default:
      return fixed(place, ref);
  }
}

/**
 * The places that a page of a branch may mean: a branch can have slashes in its name, and a page does not say where it ends and the folder begins.
 * Those with the shortest name come first.
 */
export function readingsOf(place: RepositoryPlace): RepositoryPlace[] {
  const { kind, project, ref, follows, folder } = place;
  if (follows !== "branch" || ref === null || folder === null) return [place];
  const url = place.url.slice(0, place.url.indexOf(`/${project}`) + project.length + 1);
  const between = kind === "github" ? "" : "/-";
  const folders = folder.split("/");
  return Array.from({ length: Math.min(folders.length + 1, MAX_READINGS) }, (_, taken) => {
    const parts = [[ref, ...folders.slice(0, taken)].join("/"), ...folders.slice(taken)];
    return treeOf({ ...place, url }, between, parts);
  }).filter((reading) => reading !== null);
}

type Project = Omit<RepositoryPlace, "follows">;

function fixed(project: Project, ref: string): RepositoryPlace | null {
  return isRef(ref) ? { ...project, ref, follows: null } : null;
}

/** A branch stays where the plugin comes from; a commit does not. */
function treeOf(project: Project, between: string, [ref = "", ...folders]: string[]): RepositoryPlace | null {
  const folder = folders.join("/") || null;
  if (!isRef(ref) || !(folder ?? "a").split("/").every(isPart)) return null;
  const isPinned = SHA.test(ref);
  const branch = isPinned || ref === DEFAULT_BRANCH ? null : ref;
  const behind =
    branch === null && folder === null
      ? ""
      : `${between}/tree/${[branch ?? DEFAULT_BRANCH, ...folders].map(encodeURIComponent).join("/")}`;
  const url = `${project.url}${behind}`;
  return { ...project, ref: isPinned ? ref : branch, follows: isPinned ? null : "branch", folder, url };
}

function isProject(project: string): boolean {
  const parts = project.split("/");
  return parts.length > 1 && parts.every((part) => NAME.test(part) && !/^\.+$/.test(part)) && project.length <= 300;
}

/** Whether a text can be the name of a branch, tag or commit. */
export const isRef = (ref: string): boolean => /^[\w.\-+@#/]{1,200}$/.test(ref) && ref.split("/").every(isPart);

const isPart = (part: string): boolean => part !== "" && part !== "." && part !== "..";

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
