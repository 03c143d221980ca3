import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../../cli/errors.ts";
import { loginsPath, readLogins, writeLogins } from "../../../cli/server/logins.ts";

let env: NodeJS.ProcessEnv;
let path: string;

beforeEach(async () => {
  env = { XDG_CONFIG_HOME: await mkdtemp(join(tmpdir(), "hoglet-logins-")) };
  path = loginsPath(env);
  await mkdir(dirname(path));
});

afterEach(() => rm(dirname(dirname(path)), { recursive: true }));

test("a file that others could read is one that they cannot once a token is in it", async () => {
  await writeFile(path, JSON.stringify({ current: null, servers: {} }));
  await chmod(path, 0o644);
  const logins = { current: "https://a.example", servers: { "https://a.example": { token: "t", team: null } } };
  await writeLogins(env, logins);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readLogins(env)).toEqual(logins);
  expect(await readdir(dirname(path))).toEqual(["logins.json"]);
});

test("a file that is no logins is named, and not overlooked", async () => {
  for (const text of ["{", '{"servers": 1}']) {
    await writeFile(path, text);
    await expect(readLogins(env)).rejects.toThrow(UsageError);
    await expect(readLogins(env)).rejects.toThrow(path);
  }
});
