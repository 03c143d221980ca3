import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import { findImportProblems } from "../../scripts/import-direction.ts";
import { ROOT } from "../../scripts/root.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test("imports of the project point inwards", async () => {
  expect(await findImportProblems(ROOT)).toEqual([]);
});

describe("a violation is found", () => {
  test.each([
    ["runtime/a.ts", 'import { x } from "../host/x.ts";', "runtime may not import from host"],
    ["runtime/a.ts", 'import type { X } from "../host/x.ts";', "runtime may not import from host"],
    ["runtime/deep/a.ts", 'export * from "../../cli/x.ts";', "runtime may not import from cli"],
    ["runtime/a.ts", 'import { readFile } from "node:fs/promises";', "runtime knows nothing of Node"],
    ["runtime/a.ts", 'import "path";', "runtime knows nothing of Node"],
    ["runtime/a.ts", 'import { env } from "cloudflare:workers";', "runtime knows nothing of Cloudflare"],
    ["runtime/a.ts", 'const m = await import("cloudflare:workers");', "runtime knows nothing of Cloudflare"],
    [
      "runtime/a.ts",
      'import {\n  x,\n  y,\n} from "./guest/x.ts";',
      "runtime may import types alone from runtime/guest",
    ],
    ["runtime/guest/a.ts", 'import { x } from "../limits.ts";', "runtime/guest may import types alone from runtime"],
    ["runtime/guest/a.ts", 'import { x } from "../../host/x.ts";', "runtime/guest may not import from host"],
    ["wit/a.ts", 'import type { X } from "../runtime/x.ts";', "wit may not import from runtime"],
    ["host/a.ts", 'import { x } from "../cli/x.ts";', "host may not import from cli"],
    ["host/a.tsx", 'import { x } from "../test/x.ts";', "host may not import from test"],
    ["cli/a.ts", 'import { DurableObject } from "cloudflare:workers";', "cli knows nothing of Cloudflare"],
  ])("%s: %s", async (file, source, reason) => {
    expect(await problemsOf({ [file]: source })).toContainEqual(expect.stringContaining(reason));
  });

  test("through a module of the host's that reaches Cloudflare", async () => {
    const problems = await problemsOf({
      "cli/a.ts": 'import { b } from "../host/b.ts";',
      "host/b.ts": 'import { c } from "./c.ts";',
      "host/c.ts": 'import { DurableObject } from "cloudflare:workers";',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^cli\/a\.ts -> host\/b\.ts -> host\/c\.ts -> cloudflare:workers: cli runs in Node/),
    ]);
  });
});

test("what points inwards is allowed", async () => {
  const problems = await problemsOf({
    "host/a.ts":
      'import { x } from "../runtime/x.ts";\nimport { y } from "../wit/y.ts";\nimport { DurableObject } from "cloudflare:workers";',
    "runtime/a.ts":
      'import { y } from "../wit/y.ts";\nimport type { G } from "./guest/g.ts";\nimport { Buffer } from "buffer";',
    "runtime/guest/a.ts":
      'import type { L } from "../limits.ts";\nimport { P } from "../protocol.ts";\nimport { y } from "../../wit/y.ts";',
    "cli/a.ts":
      'import { readFile } from "node:fs/promises";\nimport type { T } from "../host/t.ts";\nimport { x } from "../runtime/x.ts";',
    "host/t.ts": 'import { env } from "cloudflare:workers";',
    "runtime/comment.ts": '// import { x } from "../host/x.ts";\n/* import "../host/x.ts"; */',
  });
  expect(problems).toEqual([]);
});

async function problemsOf(files: Record<string, string>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), "hoglet-imports-"));
  folders.push(root);
  for (const [file, source] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), source);
  }
  return findImportProblems(root);
}
