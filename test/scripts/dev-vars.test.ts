import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { writeDevVars } from "../../scripts/dev-vars.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hoglet-vars-"));
  file = join(folder, "state/.dev.vars");
});
afterEach(() => rm(folder, { recursive: true }));

test.each([true, false])("secrets are made once and kept (expanded: %s)", async (expanded) => {
  const first = await writeDevVars(file, {}, { expanded });
  expect(first.ADMIN_TOKEN).toMatch(/^[\w-]{24}$/);
  expect(Buffer.from(first.ENCRYPTION_KEY, "base64")).toHaveLength(32);
  expect(first.COOKIE_KEY).not.toBe(first.ENCRYPTION_KEY);
  expect(await writeDevVars(file, {}, { expanded })).toEqual(first);
});

test("nobody else may read the file", async () => {
  await writeDevVars(file, {}, { expanded: false });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("the Worker is told that it runs locally", async () => {
  await writeDevVars(file, {}, { expanded: true });
  expect(await readFile(file, "utf8")).toContain("\nLOCAL='true'\n");
});

test("settings last as long as the environment has them, and nothing else of it is passed on", async () => {
  const env = { POSTHOG_HOST: "https://us.i.posthog.com", PROJECT_KEY: "", HOME: "/root" };
  expect(await writeDevVars(file, env, { expanded: false })).toHaveProperty("POSTHOG_HOST", env.POSTHOG_HOST);
  expect(await readFile(file, "utf8")).not.toMatch(/HOME|PROJECT_KEY/);
  expect(await writeDevVars(file, {}, { expanded: false })).not.toHaveProperty("POSTHOG_HOST");
});

test.each([true, false])(
  "a token of the environment's goes before the kept one, and is kept (expanded: %s)",
  async (expanded) => {
    const made = await writeDevVars(file, {}, { expanded });
    const chosen = await writeDevVars(file, { ADMIN_TOKEN: 'it\'s #1 "$HOME" \\$' }, { expanded });
    expect(chosen).toEqual({ ...made, ADMIN_TOKEN: 'it\'s #1 "$HOME" \\$' });
  },
);

test.each(["two\nlines", "' and `"])("%j is refused by name", async (value) => {
  await expect(writeDevVars(file, { ADMIN_TOKEN: value }, { expanded: false })).rejects.toThrow(
    /^ADMIN_TOKEN cannot be passed on/,
  );
});
