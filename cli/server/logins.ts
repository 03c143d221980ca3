import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors.ts";

const logins = z.object({
  /** The server that is meant where none is named. */
  current: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string(), team: z.number().nullable() })),
});

/** Tokens of servers by address, as `hoglet login` keeps them. */
export type Logins = z.infer<typeof logins>;

const NONE: Logins = { current: null, servers: {} };

/** Where they are kept: readable by their owner alone. */
export function loginsPath(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "hoglet", "logins.json");
}

/** @throws {UsageError} for a file that holds anything else */
export async function readLogins(env: NodeJS.ProcessEnv): Promise<Logins> {
  const path = loginsPath(env);
  try {
    return logins.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NONE;
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new UsageError(`${path} holds no logins: delete it, and log in again`);
    throw error;
  }
}

export async function writeLogins(env: NodeJS.ProcessEnv, next: Logins): Promise<void> {
  const path = loginsPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A file that is there keeps the mode that it has, which others may read; one of its own takes its place.
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  await rename(fresh, path);
}
