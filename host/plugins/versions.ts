import { packTar, unpackTar } from "modern-tar";
import type { CompiledPlugin } from "./compile.ts";
import type { Manifest } from "./manifest.ts";
import type { PluginFiles } from "./plugin-files.ts";
import { sha256 } from "../sha256.ts";

/** Where versions are kept. */
export interface BlobsEnv {
  BLOBS: R2Bucket;
}

/** What the runtime needs of a version. */
export interface PluginBundle extends CompiledPlugin {
  manifest: Manifest;
  /** Path of the file that was compiled. */
  entry: string;
}

/** Part of every address, so that a change of what compiling gives leads to new addresses. Raise it then. */
const FORMAT = "hoglet plugin version 1";
/** Half of the time for which `sweepVersions` leaves a version alone. */
const FRESH_MS = 43_200_000;
const encoder = new TextEncoder();

/** What the R2 keys of all versions begin with. */
export const VERSIONS = "plugins/";
/** R2 key of what the runtime loads. */
export const bundleKey = (hash: string): string => `${VERSIONS}${hash}/bundle.json`;
/** R2 key of the author's files. */
export const filesKey = (hash: string): string => `${VERSIONS}${hash}/files.tar`;
/** The address of the version that an R2 key belongs to. */
export const hashOfKey = (key: string): string => key.slice(VERSIONS.length).split("/")[0] ?? "";

/**
 * The content address of a version, SHA-256 in lower-case hex: of a list of its manifest and its files sorted by
 * path, each with length and SHA-256. Equal for everybody who installs the same content.
 */
export async function versionHash(files: PluginFiles, manifest: Manifest): Promise<string> {
  const manifestBytes = encoder.encode(JSON.stringify(manifest));
  const lines = await Promise.all(
    Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([path, bytes]) => `${await sha256(bytes)} ${bytes.byteLength} ${JSON.stringify(path)}`),
  );
  const list = [FORMAT, await sha256(manifestBytes), ...lines].join("\n");
  return sha256(encoder.encode(list));
}

/**
 * Stores a version under its content address and answers the address. What lies there already is the same and stays. `now` is milliseconds
 * since the epoch.
 */
export async function storeVersion(
  env: BlobsEnv,
  files: PluginFiles,
  bundle: PluginBundle,
  now: number,
): Promise<string> {
  const hash = await versionHash(files, bundle.manifest);
  const stored = await env.BLOBS.head(bundleKey(hash));
  if (stored !== null) {
    if (now - stored.uploaded.getTime() > FRESH_MS) await renew(env, hash);
    return hash;
  }
  const archive = await packTar(
    Object.entries(files).map(([name, body]) => ({
      header: { name, size: body.byteLength, mtime: new Date(0) },
      body,
    })),
  );
  await env.BLOBS.put(filesKey(hash), archive);
  await env.BLOBS.put(bundleKey(hash), JSON.stringify(bundle));
  return hash;
}

/** Makes a version young again: `sweepVersions` may be about to delete it, if nobody has it. */
async function renew(env: BlobsEnv, hash: string): Promise<void> {
  for (const key of [filesKey(hash), bundleKey(hash)]) {
    const object = await env.BLOBS.get(key);
    if (object !== null) await env.BLOBS.put(key, await object.arrayBuffer());
  }
}

/** Whether there is a version at an address; what is uninstalled is gone after a while. */
export async function isVersionStored(env: BlobsEnv, hash: string): Promise<boolean> {
  return (await env.BLOBS.head(bundleKey(hash))) !== null;
}

/** What the runtime needs of the version at an address. Throws when nothing was stored there. */
export async function loadVersion(env: BlobsEnv, hash: string): Promise<PluginBundle> {
  const stored = await env.BLOBS.get(bundleKey(hash));
  if (stored === null) throw new Error(`Plugin version ${hash} is missing from BLOBS`);
  return stored.json<PluginBundle>();
}

/** The author's files of the version at an address. Throws when nothing was stored there. */
export async function loadFiles(env: BlobsEnv, hash: string): Promise<PluginFiles> {
  const stored = await env.BLOBS.get(filesKey(hash));
  if (stored === null) throw new Error(`Plugin version ${hash} is missing from BLOBS`);
  const entries = await unpackTar(await stored.arrayBuffer());
  return Object.fromEntries(entries.map(({ header, data }) => [header.name, data ?? new Uint8Array()]));
}
