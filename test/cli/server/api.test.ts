import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ROOT } from "../hoglet.ts";

const run = promisify(execFile);
let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "hoglet-api-"));
  const built = ["build/modules.json", "build/demo-plugin.json"];
  for (const path of ["wit", "runtime", "host", "cli", "types", ...built, "tsconfig.json", "package.json"])
    await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

/** What a command says in the copy, however it ends. */
const said = (...command: [string, ...string[]]): Promise<string> =>
  run(command[0], command.slice(1), { cwd: copy }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );

async function mutate(file: string, from: string, to: string): Promise<void> {
  const path = join(copy, file);
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replaceAll(from, to));
}

test("what a route is renamed to, or one of its fields, no longer compiles in the commands that use it", async () => {
  // A member of an answer, one of a column of a table, a field of a body, a name in a query, and a path.
  await mutate("host/api/tenants/teams.ts", "project_key: z.string()", "key: z.string()");
  await mutate("host/api/tenants/kill-switches.ts", "reason:", "why:");
  await mutate("host/api/insight/ledger.ts", "outbox: z.int()", "leaving: z.int()");
  await mutate("host/api/insight/metrics.ts", "interval: z.enum", "unit: z.enum");
  await mutate("host/api/tenants/project-keys.ts", '"/api/teams/{id}/project_keys"', '"/api/teams/{id}/keys"');

  await said("npm", "run", "--silent", "types:api");
  const errors = await said(
    process.execPath,
    join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    "cli",
    "--pretty",
    "false",
  );
  const at = (file: string, what: string) =>
    expect.stringMatching(new RegExp(`^cli/commands/server/${file}\\.ts.*${what}`));
  const lines = errors.split("\n").filter((line) => line.startsWith("cli/"));
  expect(lines).toContainEqual(at("tenants", "'project_key' does not exist"));
  expect(lines).toContainEqual(at("changes", "reason: string.*is not assignable"));
  expect(lines).toContainEqual(at("lists", '"reason".* is not assignable'));
  expect(lines).toContainEqual(at("lists", '"in_flight.outbox".* is not assignable'));
  expect(lines).toContainEqual(at("lists", "'interval' does not exist"));
  expect(lines).toContainEqual(at("keys", "'made' is possibly 'null'"));
  expect(lines.every((line) => line.startsWith("cli/commands/server/"))).toBe(true);
});
