import { maxSatisfying, validRange } from "semver";
import { z } from "zod";
import { MAX_ARCHIVE_BYTES } from "../plugin-files.ts";
import { download, downloadJson } from "./download.ts";
import { checkIntegrity } from "./integrity.ts";
import type { NpmPlace } from "./npm-place.ts";
import type { Fetched, Surroundings } from "./source.ts";
import { SourceError } from "./source-error.ts";

const dist = z.object({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() });
const release = z.object({ version: z.string(), dist });
const releases = z.object({
  versions: z.record(z.string(), z.unknown()),
  "dist-tags": z.record(z.string(), z.string()).default({}),
});
type Release = z.output<typeof release>;

const PUBLIC_REGISTRY = "https://registry.npmjs.org";
/** Documents of packages with thousands of versions are large. */
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

/** The version that a place means now. @throws {SourceError} when there is none */
export async function npmVersion(place: NpmPlace, surroundings: Surroundings): Promise<string> {
  return (await releaseOf(place, surroundings)).version;
}

/** Fetches a package, and checks that it is the one that the registry means. @throws {SourceError} */
export async function fetchNpm(place: NpmPlace, surroundings: Surroundings): Promise<Fetched> {
  const { servers, onBytes } = surroundings;
  const { version, dist: file } = await releaseOf(place, surroundings);
  // As npm does: a registry that mirrors the public one is asked for the files, too.
  const tarball = file.tarball.replace(PUBLIC_REGISTRY, servers.npm);
  if (!isAddress(tarball, servers.npm))
    throw new SourceError(`The registry names no usable address for ${place.name}.`);
  const isOwn = new URL(tarball).origin === new URL(servers.npm).origin;
  const archive = await download(tarball, {
    ...optionsOf(surroundings, MAX_ARCHIVE_BYTES, isOwn),
    accept: "application/octet-stream, */*",
    onBytes,
  });
  if (archive === null)
    throw new SourceError(`Could not download archive from npm: ${place.name} ${version} has no file.`);
  await checkIntegrity(archive, file, `${place.name} ${version}`);
  return { archive, tag: version, folder: null };
}

async function releaseOf({ name, version }: NpmPlace, surroundings: Surroundings): Promise<Release> {
  const address = `${surroundings.servers.npm}/${name.replace("/", "%2f")}`;
  const options = optionsOf(surroundings, MAX_DOCUMENT_BYTES);
  const found = release.safeParse(await downloadJson(`${address}/${encodeURIComponent(version)}`, options));
  if (found.success) return found.data;
  // A range, or a registry that has the whole document alone.
  const all = releases.safeParse(await downloadJson(address, options));
  if (!all.success)
    throw new SourceError(
      `Could not get latest version for: ${name}. There is no such package, or it is private: give a private_token.`,
    );
  const { versions, "dist-tags": tags } = all.data;
  const wanted = tags[version] ?? (validRange(version) === null ? null : maxSatisfying(Object.keys(versions), version));
  const chosen = release.safeParse(wanted === null ? null : versions[wanted]);
  if (!chosen.success)
    throw new SourceError(
      `${name} has no version ${version}. Its newest are ${Object.keys(versions).slice(-5).reverse().join(", ")}.`,
    );
  return chosen.data;
}

function optionsOf({ privateToken, fetch }: Surroundings, maxBytes: number, isOwn = true) {
  const authorization = privateToken === null || !isOwn ? undefined : `Bearer ${privateToken}`;
  return { from: "npm", authorization, maxBytes, fetch };
}

/** Whether a file may be fetched from there: encrypted, unless the registry itself is not. */
function isAddress(tarball: string, registry: string): boolean {
  const protocol = URL.parse(tarball)?.protocol;
  return protocol === "https:" || (protocol === "http:" && registry.startsWith("http:"));
}
