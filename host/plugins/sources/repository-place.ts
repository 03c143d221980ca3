import type { RepositoryPlace } from "./place.ts";

const NAME = /^[\w.-]+$/;
const SHA = /^[0-9a-f]{40}$/;

/** Reads the path of a page on GitHub, without the slashes around it; null when it is no repository's. */
export function githubPlace(path: string): RepositoryPlace | null {
  const [user = "", name = "", what, ...rest] = path.split("/").map(decoded);
  const project = `${user}/${name.replace(/\.git$/, "")}`;
  if (!isProject(project)) return null;
  const url = `https://github.com/${project}`;
  const place = { kind: "github" as const, project, folder: null, url };
  const ref = rest.join("/");
  switch (what) {
    case undefined:
      return { ...place, ref: null, isBranch: true };
    case "tree": {
      const [branch = "", ...folders] = rest;
      return isRef(branch) ? treeOf(place, branch, folders.join("/")) : null;
    }
    case "commit":
      return /^[0-9a-f]{7,40}$/.test(ref) ? { ...place, ref, isBranch: false } : null;
    case "releases": {
      const tag = ref.replace(/^tag\//, "");
      return ref.startsWith("tag/") && isRef(tag) ? { ...place, ref: tag, isBranch: false } : null;
    }
    case "archive": {
      const archived = /^(.+)\.(?:zip|tar\.gz)$/.exec(ref)?.[1]?.replace(/^refs\/(?:heads|tags)\//, "");
      return archived !== undefined && isRef(archived) ? { ...place, ref: archived, isBranch: false } : null;
    }
    default:
      return null;
  }
}

/** Reads the path of a page on GitLab, without the slashes around it; null when it is no project's. */
export function gitlabPlace(path: string): RepositoryPlace | null {
  const [before = "", after] = path.split("/-/");
  const project = before.replace(/\.git$/, "");
  if (!isProject(project)) return null;
  const place = { kind: "gitlab" as const, project, folder: null, url: `https://gitlab.com/${project}` };
  if (after === undefined) return { ...place, ref: null, isBranch: true };
  const [what = "", ref = "", ...folders] = after.split("/").map(decoded);
  if (!isRef(ref)) return null;
  if (what === "tree") return treeOf(place, ref, folders.join("/"), "/-");
  return { ...place, ref: [ref, ...folders].join("/"), isBranch: false };
}

/** A branch stays where the plugin comes from; a commit or a tag does not. */
function treeOf(
  place: Omit<RepositoryPlace, "ref" | "isBranch">,
  ref: string,
  folder: string,
  between = "",
): RepositoryPlace | null {
  if (folder.split("/").includes("..")) return null;
  const isBranch = !SHA.test(ref);
  const at = isBranch ? `${between}/tree/${ref}${folder && `/${folder}`}` : "";
  return { ...place, ref, isBranch, folder: folder || null, url: `${place.url}${at}` };
}

function isProject(project: string): boolean {
  const parts = project.split("/");
  return parts.length > 1 && parts.every((part) => NAME.test(part) && !/^\.+$/.test(part)) && project.length <= 300;
}

const isRef = (ref: string): boolean => /^[\w.\-+@/]{1,200}$/.test(ref) && !ref.split("/").includes("..");

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
