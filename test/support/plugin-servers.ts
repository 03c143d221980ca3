import { createHash } from "node:crypto";

import { strToU8, zipSync } from "fflate";
import { packTar } from "modern-tar";
import { gzipSync } from "node:zlib";

/** The files of a plugin by path. */
export type Files = Readonly<Record<string, string>>;

/** What the servers have; tests change it. */
export interface Shelf {
  /** Versions by package name, oldest first; the newest is `latest`. */
  npm: Map<string, Map<string, Files>>;
  /** States of a repository by branch, tag or commit; `main` is the default branch. */
  github: Map<string, Map<string, Files>>;
  gitlab: Map<string, Map<string, Files>>;
  /** Opens those packages and repositories whose name has "private" in it. */
  token: string;
  /** Requests as they came: path, and the Authorization that came along. */
  requests: { path: string; authorization: string | null }[];
  /** Stands between a request and its answer. */
  tamper?: ((path: string, answer: Response) => Promise<Response> | Response) | undefined;
}

export const newShelf = (): Shelf => ({
  npm: new Map(),
  github: new Map(),
  gitlab: new Map(),
  token: "t0ken-of-the-test",
  requests: [],
});

/** Answers as an npm registry, GitHub and GitLab do, under one origin: what installing asks of them. */
export async function serve(shelf: Shelf, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const authorization = request.headers.get("Authorization");
  shelf.requests.push({ path: url.pathname + url.search, authorization });
  const known = request.headers.get("If-None-Match");
  const isOpen = !/private/.test(decodeURIComponent(url.pathname)) || authorization?.endsWith(` ${shelf.token}`);
  const found = isOpen ? await find(shelf, url) : missing();
  const answer = known !== null && known === found.headers.get("ETag") ? new Response(null, { status: 304 }) : found;
  return shelf.tamper ? await shelf.tamper(url.pathname, answer) : answer;
}

/** JSON with a mark of what it says. */
function marked(json: object): Response {
  const text = JSON.stringify(json);
  const etag = `W/"${createHash("sha1").update(text).digest("hex")}"`;
  return new Response(text, { headers: { "Content-Type": "application/json", ETag: etag } });
}

/** The newest state that is called like a version. */
function releaseOf(states: Map<string, Files> | undefined): Response {
  const tag = [...(states?.keys() ?? [])].findLast((state) => /^v\d/.test(state));
  return tag === undefined ? missing() : marked({ tag_name: tag });
}

const missing = (): Response => Response.json({ message: "Not Found" }, { status: 404 });

async function find(shelf: Shelf, url: URL): Promise<Response> {
  const path = decodeURIComponent(url.pathname);
  return (
    (await github(shelf, url, path)) ?? (await gitlab(shelf, url, path)) ?? (await npm(shelf, url, path)) ?? missing()
  );
}

async function npm(shelf: Shelf, url: URL, path: string): Promise<Response | undefined> {
  const [, name = "", rest = ""] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  const versions = shelf.npm.get(name);
  if (versions === undefined) return undefined;
  const file = /^-\/.*-(\d.*)\.tgz$/.exec(rest)?.[1];
  if (file !== undefined) return bytes(await tgz(versions.get(file)));
  const latest = [...versions.keys()].at(-1) ?? "";
  const documentOf = async (version: string) => {
    const packed = await tgz(versions.get(version));
    if (packed === undefined) return undefined;
    const tarball = `${url.origin}/${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
    const integrity = `sha512-${createHash("sha512").update(packed).digest("base64")}`;
    return { name, version, dist: { tarball, integrity, shasum: createHash("sha1").update(packed).digest("hex") } };
  };
  if (rest === "") {
    const all = await Promise.all([...versions.keys()].map(async (version) => [version, await documentOf(version)]));
    return Response.json({ name, "dist-tags": { latest }, versions: Object.fromEntries(all) as object });
  }
  const document = await documentOf(rest === "latest" ? latest : rest);
  return document ? Response.json(document) : undefined;
}

async function github(shelf: Shelf, url: URL, path: string): Promise<Response | undefined> {
  const released = /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/releases\/latest$/.exec(path)?.[1];
  if (released !== undefined) return releaseOf(shelf.github.get(released));
  const asked = /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/commits$/.exec(path)?.[1];
  if (asked !== undefined) {
    const state = url.searchParams.get("sha") ?? "main";
    return shelf.github.get(asked)?.has(state)
      ? marked([{ sha: shaOf(state, shelf.github.get(asked)?.get(state)) }])
      : missing();
  }
  const [, project = "", ref = ""] = /^\/([^/]+\/[^/]+)\/archive\/(.+)\.zip$/.exec(path) ?? [];
  return zipOf(shelf.github.get(project), ref, project);
}

async function gitlab(shelf: Shelf, url: URL, path: string): Promise<Response | undefined> {
  const released = /^\/api\/v4\/projects\/(.+)\/releases\/permalink\/latest$/.exec(path)?.[1];
  if (released !== undefined) return releaseOf(shelf.gitlab.get(released));
  const [, project = "", what] = /^\/api\/v4\/projects\/(.+)\/repository\/(commits|archive\.zip)$/.exec(path) ?? [];
  const states = shelf.gitlab.get(project);
  if (what === "archive.zip") return zipOf(states, url.searchParams.get("sha") ?? "main", project);
  const state = url.searchParams.get("ref_name") ?? "main";
  return states?.has(state) && what === "commits" ? marked([{ id: shaOf(state, states.get(state)) }]) : undefined;
}

function zipOf(states: Map<string, Files> | undefined, ref: string, project: string): Response | undefined {
  const found = [...(states ?? [])].find(([state, files]) => state === ref || shaOf(state, files) === ref);
  if (found === undefined) return undefined;
  const root = `${project.split("/").at(-1)}-${ref.replaceAll("/", "-")}`;
  const entries = Object.entries(found[1]).map(([path, text]) => [`${root}/${path}`, strToU8(text)] as const);
  return bytes(zipSync(Object.fromEntries(entries)));
}

/** What stands for the commit of a state. */
export const shaOf = (state: string, files: Files | undefined): string =>
  createHash("sha1")
    .update(JSON.stringify([state, files]))
    .digest("hex");

async function tgz(files: Files | undefined): Promise<Uint8Array | undefined> {
  if (files === undefined) return undefined;
  const entries = Object.entries(files).map(([path, text]) => ({
    header: { name: `package/${path}`, size: strToU8(text).byteLength, mtime: new Date(0) },
    body: text,
  }));
  return gzipSync(await packTar(entries), { level: 9 });
}

const bytes = (data: Uint8Array | undefined): Response | undefined =>
  data && new Response(new Uint8Array(data), { headers: { "Content-Length": String(data.byteLength) } });
