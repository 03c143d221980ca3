import type { Env } from "../env.ts";
import { inspectIn } from "../plugins/inspect.ts";
import { type Installed, installFromFiles } from "../plugins/install.ts";
import { parsePlace, type Place } from "../plugins/sources/place.ts";
import { serversOf } from "../plugins/sources/servers.ts";
import { fetchArchive, filesIn, latestTag, type Surroundings } from "../plugins/sources/source.ts";
import { SourceError } from "../plugins/sources/source-error.ts";
import { openSecret, placeOf } from "../secrets/registry-secrets.ts";
import type { Plugin } from "../store/plugins.ts";
import { image } from "../team/image.ts";
import { ApiError } from "./api-error.ts";
import type { Call } from "./route.ts";
import { sealedFor } from "./sealed-for.ts";

type Asked = Pick<Call<unknown, unknown, unknown>, "env" | "now" | "tell">;

export interface UrlRequest {
  /** As it was pasted. */
  url: string;
  organizationId: number;
  /** The plugin that gets a new version. */
  plugin?: Plugin | undefined;
  privateToken?: string | undefined;
  name?: string | undefined;
}

/**
 * Fetches a plugin and installs it. Nothing is kept of one that fails on the way.
 * Throws ApiError 400 for a place that there is nothing to install from, InvalidPluginError for a plugin that is wrong.
 */
export async function installFromUrl(
  { env, now, tell }: Asked,
  { url, organizationId, plugin, privateToken, name }: UrlRequest,
): Promise<Installed> {
  const { place, privateToken: inUrl } = placeAt(url);
  const token = privateToken ?? inUrl ?? (await storedToken(env, plugin));
  tell({ stage: "resolving" });
  const files = await explained(async () => {
    const onBytes = throttled((bytes, total) =>
      tell({ stage: "downloading", bytes, ...(total !== null && { total }) }),
    );
    const fetched = await fetchArchive(place, { ...surroundingsOf(env, token), onBytes });
    tell({ stage: "unpacking" });
    return { tag: fetched.tag, files: await filesIn(fetched) };
  });
  tell({ stage: "compiling" });
  const sealed =
    token === null
      ? undefined
      : await sealedFor(env, placeOf.privateToken(organizationId, place.url), token, "private_token");
  const installed = await installFromFiles(
    env,
    {
      organizationId,
      pluginType: "custom",
      url: place.url,
      ...files,
      ...(plugin && { pluginId: plugin.id }),
      ...(name !== undefined && { name }),
      ...(sealed !== undefined && { privateToken: sealed }),
    },
    inspectIn(image),
    now,
  );
  tell({ stage: "saved" });
  return installed;
}

/** The npm version or commit that is the newest of where a plugin comes from. Throws ApiError 400. */
export function newestOf(env: Env, plugin: Plugin): Promise<string> {
  return explained(async () => {
    const { place } = placeAt(urlOf(plugin));
    return latestTag(place, surroundingsOf(env, await storedToken(env, plugin)));
  });
}

/** Where a plugin comes from. Throws ApiError 400 for one that was uploaded. */
export function urlOf({ id, url }: Plugin): string {
  if (url === null || url.startsWith("file:"))
    throw ApiError.invalid(`Plugin ${id} was uploaded: there is nowhere to look for another version.`, null);
  return url;
}

/** The place that an address is, with another version or state of it. Throws ApiError 400. */
export function urlAt(url: string, tag: string): string {
  const { place } = placeAt(url);
  if (place.kind === "npm") return `${place.url}/v/${encodeURIComponent(tag)}`;
  const folder = place.folder === null ? "" : `/${place.folder}`;
  const root = place.url.replace(/\/(?:-\/)?tree\/.*$/, "");
  return place.kind === "github" ? `${root}/tree/${tag}${folder}` : `${root}/-/tree/${tag}${folder}`;
}

function placeAt(url: string): { place: Place; privateToken: string | null } {
  try {
    return parsePlace(url);
  } catch (error) {
    throw error instanceof SourceError ? ApiError.invalid(error.message, "url") : error;
  }
}

function surroundingsOf(env: Env, privateToken: string | null): Surroundings {
  return { servers: serversOf(env), privateToken };
}

async function storedToken(env: Env, plugin: Plugin | undefined): Promise<string | null> {
  if (!plugin?.privateToken || plugin.url === null) return null;
  const place = placeOf.privateToken(plugin.organizationId, plugin.url);
  const opened = await openSecret(env, place, plugin.privateToken);
  if (opened === undefined)
    throw ApiError.invalid(
      "The token that was stored for this plugin does not open with this ENCRYPTION_KEY. Send private_token again.",
      "private_token",
    );
  return opened;
}

async function explained<Found>(work: () => Promise<Found>): Promise<Found> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SourceError ? ApiError.invalid(error.message, "url", "download_failed") : error;
  }
}

const TELL_EVERY = 256 * 1024;

/** Tells of a download now and then, and of its end. */
function throttled(tell: (bytes: number, total: number | null) => void): (bytes: number, total: number | null) => void {
  let told = -TELL_EVERY;
  return (bytes, total) => {
    if (bytes - told < TELL_EVERY && bytes !== total) return;
    told = bytes;
    tell(bytes, total);
  };
}
