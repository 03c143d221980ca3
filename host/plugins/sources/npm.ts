import { maxSatisfying, valid, validRange } from "semver";
import { z } from "zod";
import { MAX_ARCHIVE_BYTES } from "../plugin-files.ts";
import { download, lookUp, type Seen } from "./download.ts";
import { checkIntegrity } from "./integrity.ts";
import type { NpmPlace } from "./npm-place.ts";
import type { Fetched, Surroundings } from "./source.ts";
import { SourceError } from "./source-error.ts";

const dist = z.object({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() });
const release = z.object({ version: z.string().max(256), dist });
const releases = z.object({
  versions: z.record(z.string(), z.unknown()),
  "dist-tags": z.record(z.string(), z.string()).default({}),
});
type Release = z.output<typeof release>;
type Releases = z.output<typeof releases>;

const PUBLIC_REGISTRY = "https://registry.npmjs.org";
/** Documents of packages with thousands of versions are large. */
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;
/** What npm itself asks for: the document without readmes. */
const SHORT = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

/** The version that `latest` is now. @throws {SourceError} when there is none */
export async function newestOnNpm(
  place: NpmPlace,
  surroundings: Surroundings,
  seen?: Seen<string>,
): Promise<Seen<string>> {
  const latest = { ...place, version: "latest" };
  const read = (json: unknown) => release.safeParse(json).data?.version ?? null;
  const found = await lookUp(
    `${addressOf(place, surroundings)}/latest`,
    optionsOf(surroundings, MAX_DOCUMENT_BYTES),
    read,
    seen,
  );
  return found ?? { value: (await chosenOf(latest, surroundings)).version, etag: null };
}

/** Fetches a package, and checks that it is the one that the registry means. @throws {SourceError} */
export async function fetchNpm(place: NpmPlace, surroundings: Surroundings): Promise<Fetched> {
  const { servers, onBytes } = surroundings;
  const { version, dist: file } = await releaseOf(place, surroundings);
  // As npm does: a registry that mirrors the public one is asked for the files, too.
  const isPublic = file.tarball.startsWith(`${PUBLIC_REGISTRY}/`);
  const tarball = isPublic ? `${servers.npm}${file.tarball.slice(PUBLIC_REGISTRY.length)}` : file.tarball;
  if (!URL.canParse(tarball)) throw new SourceError(`The registry names no usable address for ${place.name}.`);
  const archive = await download(tarball, {
    ...optionsOf(surroundings, MAX_ARCHIVE_BYTES),
    accept: "application/octet-stream, */*",
    onBytes,
  });
  if (archive === null)
    throw new SourceError(`Could not download archive from npm: ${place.name} ${version} has no file.`);
  await checkIntegrity(archive, file, `${place.name} ${version}`);
  return { archive, tag: version, folder: null, url: place.url };
}

async function releaseOf(place: NpmPlace, surroundings: Surroundings): Promise<Release> {
  const { version } = place;
  const isRange = validRange(version) !== null && valid(version) === null;
  if (isRange) return chosenOf(place, surroundings);
  const address = `${addressOf(place, surroundings)}/${encodeURIComponent(version)}`;
  const options = optionsOf(surroundings, MAX_DOCUMENT_BYTES);
  const found = await lookUp(address, options, (json) => release.safeParse(json).data ?? null);
  // Some registries have the whole document alone.
  return found?.value ?? chosenOf(place, surroundings);
}

async function chosenOf(place: NpmPlace, surroundings: Surroundings): Promise<Release> {
  const { name, version } = place;
  const options = { ...optionsOf(surroundings, MAX_DOCUMENT_BYTES), accept: SHORT };
  const read = (json: unknown): Releases | null => releases.safeParse(json).data ?? null;
  const all = await lookUp(addressOf(place, surroundings), options, read);
  if (all === null)
    throw new SourceError(
      `Could not get latest version for: ${name}. There is no such package, or it is private: give a private_token.`,
    );
  const { versions, "dist-tags": tags } = all.value;
  const tagged = Object.hasOwn(tags, version) ? tags[version] : undefined;
  const wanted = tagged ?? (validRange(version) === null ? null : maxSatisfying(Object.keys(versions), version));
  const chosen = release.safeParse(wanted !== null && Object.hasOwn(versions, wanted) ? versions[wanted] : null);
  if (chosen.success) return chosen.data;
  const newest = Object.keys(versions).slice(-5).reverse().join(", ").slice(0, 200);
  throw new SourceError(`${name} has no version ${version}. Its newest are ${newest}.`);
}

const addressOf = ({ name }: NpmPlace, { servers }: Surroundings): string =>
  `${servers.npm}/${name.replace("/", "%2f")}`;

function optionsOf({ servers, privateToken }: Surroundings, maxBytes: number) {
  const authorization = privateToken === null ? undefined : `Bearer ${privateToken}`;
  return { from: "npm", base: servers.npm, authorization, maxBytes };
}
