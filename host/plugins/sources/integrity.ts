import { toBase64, toHex } from "../../bytes.ts";
import { SourceError } from "./source-error.ts";

/** Algorithms of Subresource Integrity, best first; npm has given sha512 since 2017 and before that a SHA-1 alone. */
const ALGORITHMS = ["sha512", "sha384", "sha256", "sha1"] as const;
const NAMES = { sha512: "SHA-512", sha384: "SHA-384", sha256: "SHA-256", sha1: "SHA-1" } as const;

/** What a registry says of a package's file. */
export interface Dist {
  integrity?: string | undefined;
  /** SHA-1 in hex. */
  shasum?: string | undefined;
}

/**
 * Holds a file against what the registry says that it is.
 * @throws {SourceError} when it is another one, or when the registry says nothing that could be checked
 */
export async function checkIntegrity(bytes: Uint8Array, { integrity, shasum }: Dist, what: string): Promise<void> {
  const hashes = (integrity ?? "").split(/\s+/).map((hash) => hash.split("?")[0] ?? "");
  for (const algorithm of ALGORITHMS) {
    const wanted = hashes
      .filter((hash) => hash.startsWith(`${algorithm}-`))
      .map((hash) => hash.slice(algorithm.length + 1));
    if (wanted.length === 0) continue;
    if (wanted.includes(await digest(NAMES[algorithm], bytes, toBase64))) return;
    throw differs(what, algorithm);
  }
  if (!shasum)
    throw new SourceError(`The registry gives no integrity for ${what}, so that nobody can tell what it is.`);
  if ((await digest("SHA-1", bytes, toHex)) !== shasum.toLowerCase()) throw differs(what, "sha1");
}

const differs = (what: string, algorithm: string): SourceError =>
  new SourceError(
    `${what} is not what the registry says: its ${algorithm} differs. It was damaged or changed on the way; nothing was installed.`,
  );

async function digest(algorithm: string, bytes: Uint8Array, write: (hash: Uint8Array) => string): Promise<string> {
  return write(new Uint8Array(await crypto.subtle.digest(algorithm, bytes)));
}
