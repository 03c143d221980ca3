import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

import { findProgram } from "../support/programs.ts";
import { requireOrSkip } from "../support/requirements.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a program that is there lets its tests run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-path-"));
  await writeFile(join(folder, "redis-server"), "", { mode: 0o755 });
  await writeFile(join(folder, "chromium"), "", { mode: 0o644 });
  vi.stubEnv("PATH", folder);
  expect(requireOrSkip("redis-server")).toBe(test);
  expect(findProgram("redis-server")).toBe(join(folder, "redis-server"));
  expect(findProgram("chromium")).toBeUndefined();
  await rm(folder, { recursive: true });
});

test("a missing program skips its tests, loudly", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  vi.stubEnv("PATH", "/nowhere");
  vi.stubEnv("CI", "");
  expect(requireOrSkip("chromium")).not.toBe(test);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("SKIPPED: these tests need chromium"));
});

test("a missing program fails in CI", () => {
  vi.stubEnv("PATH", "/nowhere");
  vi.stubEnv("CI", "true");
  expect(() => requireOrSkip("redis-server")).toThrow("CI=true, and redis-server is missing");
});
