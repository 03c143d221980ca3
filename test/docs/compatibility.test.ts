import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";
import { type CitedTest, readBehaviours } from "./compatibility-table.ts";
import { BEHAVIOURS, LEFT_OUT } from "./posthog-behaviours.ts";

const behaviours = readBehaviours(await readFile(join(ROOT, "docs/compatibility.md"), "utf8"));

test("the page speaks of every behaviour, and says what Hoglet makes of it", () => {
  const named = Object.entries(BEHAVIOURS).flatMap(([section, names]) => names.map((name) => `${section}: ${name}`));
  expect(behaviours.map(({ section, name }) => `${section}: ${name}`)).toEqual(named);
  const untested = behaviours.filter(({ tests }) => tests.length === 0);
  expect(untested.map(({ section, name }) => `${section}: ${name}`)).toEqual(LEFT_OUT);
  for (const { here, tests, name } of behaviours) if (tests.length > 0) expect(here, name).toMatch(/^(kept|fixed)\b/);
});

test("every test that the page names exists", { timeout: 60_000 }, async () => {
  const cited = behaviours.flatMap(({ tests }) => tests);
  const exists = await testFinder([...new Set(cited.map(({ file }) => file))]);
  expect(cited.filter((one) => !exists(one))).toEqual([]);

  const [some] = cited;
  expect(some && exists({ ...some, name: `${some.name} not` })).toBe(false);
  expect(exists({ file: "test/runtime/sandbox/exports.test.ts", name: "a function is found > nowhere at all" })).toBe(
    false,
  );
});

/** Has vitest read the names of the tests of some files, without running them. */
async function testFinder(files: readonly string[]): Promise<(cited: CitedTest) => boolean> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-tests-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const list = join(folder, "list.json");
  const { code, output } = await run(["vitest", "list", "--static-parse", `--json=${list}`, ...files]);
  if (code !== 0) throw new Error(output);
  const listed = JSON.parse(await readFile(list, "utf8")) as { name: string; file: string }[];
  const sources = new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(ROOT, file), "utf8")] as const)),
  );
  return ({ file, name }) =>
    listed.some((known) => relative(ROOT, known.file) === file && isNameOf(known.name, name, sources.get(file) ?? ""));
}

/** Whether a name is a test's own, or what a row of its table makes of it: then the row is in the source. */
function isNameOf(known: string, name: string, source: string): boolean {
  if (known === name) return true;
  const pattern = known.split(/%[sdifjo]/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const values = new RegExp(`^${pattern.join("(.*)")}$`).exec(name)?.slice(1) ?? [];
  return (
    values.length > 0 &&
    values.every((value) => ['"', "'", "`"].some((quote) => source.includes(quote + value + quote)))
  );
}
