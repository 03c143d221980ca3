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
const encoder = new TextEncoder();

/** What the R2 keys of all versions begin with; the content address follows. */
export const VERSIONS_PREFIX = "plugins/";
/** R2 key of what the runtime loads. */
export const bundleKey = (hash: string): string => `${VERSIONS_PREFIX}${hash}/bundle.json`;
/** R2 key of the author's files. */
export const filesKey = (hash: string): string => `${VERSIONS_PREFIX}${hash}/files.tar`;

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
 * Stores a version under its content address and answers the address. What lies there already is the same and stays:
 * other organizations may have the same version.
 */
export async function storeVersion(env: BlobsEnv, files: PluginFiles, bundle: PluginBundle): Promise<string> {
  const hash = await versionHash(files, bundle.manifest);
  if ((await env.BLOBS.head(bundleKey(hash))) !== null) return hash;
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
