import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hoglet-lint-"));
  await copyFile(join(ROOT, ".oxlintrc.json"), join(root, ".oxlintrc.json"));
});
afterAll(() => rm(root, { recursive: true }));

test.each([
  ["runtime/limit.ts", "export const late = () => Date.now() > 5;", "Unexpected use of 'Date'"],
  ["runtime/deep/limit.ts", "export const late = () => new Date().getTime() > 5;", "Unexpected use of 'Date'"],
  ["runtime/limit.ts", "export const late = () => performance.now() > 5;", "Unexpected use of 'performance'"],
  ["host/loose.ts", "export const loose = (value: any): unknown => value;", "no-explicit-any"],
  ["host/sure.ts", "export const sure = (value?: string): string => value!;", "no-non-null-assertion"],
])("%s may not say %s", async (file, source, complaint) => {
  const result = await lint(file, source);
  expect(result.output).toContain(complaint);
  expect(result.code).toBe(1);
});

test.each(["runtime/guest/clock.ts", "host/clock.ts"])("%s may read the clock", async (file) => {
  expect((await lint(file, "export const now = (): number => Date.now();")).output).toContain("0 errors");
});

async function lint(file: string, source: string): Promise<{ code: number; output: string }> {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, source);
  try {
    return await run(["oxlint", "-c", join(root, ".oxlintrc.json"), path]);
  } finally {
    await rm(path);
  }
}
