import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

/** The configuration of the Worker that the global setup (provide-server.ts) bundled. */
export const readyConfig = (): string => inject("readyServer").configFile;

/** Makes a new state directory, for its caller to remove: with an empty registry, up to date with all migrations. */
export async function makeStateDir(): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), "hoglet-state-"));
  await cp(inject("readyServer").state, stateDir, { recursive: true });
  return stateDir;
}
