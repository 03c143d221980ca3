import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";

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

export async function readLogins(env: NodeJS.ProcessEnv): Promise<Logins> {
  try {
    return logins.parse(JSON.parse(await readFile(loginsPath(env), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NONE;
    throw error;
  }
}

export async function writeLogins(env: NodeJS.ProcessEnv, next: Logins): Promise<void> {
  const path = loginsPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
}
