import type { Env } from "../../env.ts";
import { type Installed, installFromFiles } from "../../plugins/install.ts";
import type { Seen } from "../../plugins/sources/download.ts";
import { parsePlace, type Place } from "../../plugins/sources/place.ts";
import { serversOf } from "../../plugins/sources/servers.ts";
import { fetchArchive, filesIn, newestTag, placeAt, type Surroundings } from "../../plugins/sources/source.ts";
import { SourceError } from "../../plugins/sources/source-error.ts";
import { openSecret, placeOf } from "../../secrets/registry-secrets.ts";
import type { Plugin } from "../../store/plugins.ts";
import { ApiError } from "../api-error.ts";
import { inspectTelling } from "./inspect-telling.ts";
import type { Call } from "../route.ts";
import { sealedFor } from "../sealed-for.ts";

type Asked = Pick<Call<unknown, unknown, unknown>, "env" | "now" | "tell">;

export interface UrlRequest {
  /** As it was pasted. */
  url: string;
  /** The version, commit or tag to install in the place of what the address says. */
  tag?: string | undefined;
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
  { url, tag, organizationId, plugin, privateToken, name }: UrlRequest,
): Promise<Installed> {
  const { place, servers, privateToken: inUrl } = placeIn(env, url);
  const token = privateToken ?? inUrl ?? (await storedToken(env, plugin, place));
  tell({ stage: "resolving" });
  const fetched = await explained(async () => {
    const onBytes = throttled((bytes, total) =>
      tell({ stage: "downloading", bytes, ...(total !== null && { total }) }),
    );
    return fetchArchive(tag === undefined ? place : placeAt(place, tag), { servers, privateToken: token, onBytes });
  });
  tell({ stage: "unpacking" });
  const files = await filesIn(fetched);
  tell({ stage: "compiling" });
  // A version that was asked for by its tag does not change where the next ones come from.
  const home = tag === undefined ? fetched.url : place.url;
  const sealed =
    token === null ? null : await sealedFor(env, placeOf.privateToken(organizationId, home), token, "private_token");
  const installed = await installFromFiles(
    env,
    {
      organizationId,
      pluginType: "custom",
      url: home,
      files,
      tag: fetched.tag,
      privateToken: sealed,
      ...(plugin && { pluginId: plugin.id }),
      ...(name !== undefined && { name }),
    },
    inspectTelling(tell),
    now,
  );
  tell({ stage: "saved" });
  return installed;
}

/** The npm version, release or commit that is the newest of where a plugin comes from. Throws ApiError 400. */
export async function newestOf(env: Env, plugin: Plugin): Promise<Seen<string>> {
  const { place, servers } = placeIn(env, urlOf(plugin));
  const privateToken = await storedToken(env, plugin, place);
  const seen = plugin.latestTag === null ? undefined : { value: plugin.latestTag, etag: plugin.latestTagEtag };
  return explained(() => newestTag(place, { servers, privateToken }, seen));
}

/** Where a plugin comes from. Throws ApiError 400 for one that was uploaded. */
export function urlOf({ id, url }: Plugin): string {
  if (url === null || url.startsWith("file:"))
    throw ApiError.invalid(`Plugin ${id} was uploaded: there is nowhere to look for another version.`, null);
  return url;
}

function placeIn(env: Env, url: string): { place: Place; privateToken: string | null } & Pick<Surroundings, "servers"> {
  try {
    const servers = serversOf(env);
    return { servers, ...parsePlace(url, servers) };
  } catch (error) {
    throw error instanceof SourceError ? ApiError.invalid(error.message, "url") : error;
  }
}

/** The token that came with a plugin, for the server that it was given for: what lies on another one does not get it. */
async function storedToken(env: Env, plugin: Plugin | undefined, { kind }: Place): Promise<string | null> {
  if (!plugin?.privateToken || plugin.url === null || placeIn(env, plugin.url).place.kind !== kind) return null;
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
