import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT, hoglet } from "./hoglet.ts";
import { exampleMmdb } from "./mmdb/example.ts";

const EXAMPLES = join(ROOT, "examples");

test("every example has what it takes and is green", async () => {
  const examples = await readdir(EXAMPLES);
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const name of examples)
    expect(await readdir(join(EXAMPLES, name))).toEqual(
      expect.arrayContaining(["README.md", "index.case.json", "plugin.json"]),
    );
  const { code, stdout } = await hoglet(["test", EXAMPLES]);
  expect(stdout).toContain(`${examples.length} green`);
  expect(code).toBe(0);
});

test("the example database is what the writer makes of its networks", async () => {
  expect(await readFile(join(EXAMPLES, "maxmind/example.mmdb"))).toEqual(exampleMmdb());
});

test("an example's README names commands that work", async () => {
  const readme = await readFile(join(EXAMPLES, "hello-world/README.md"), "utf8");
  const [, args = ""] = /^npm run --silent hoglet -- (.+)$/m.exec(readme) ?? [];
  expect((await hoglet(args.split(" "))).code).toBe(0);
});
