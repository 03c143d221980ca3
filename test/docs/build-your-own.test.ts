import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT } from "../../scripts/root.ts";
import { readCodeBlocks } from "./code-blocks.ts";
import { runDocument } from "./run-document.ts";

const GUIDE = "docs/build-your-own.md";

test("what the guide tells its reader to do works", { timeout: 600_000 }, () => runDocument(GUIDE));

test("no snippet of the guide goes untested", async () => {
  const blocks = readCodeBlocks(await readFile(join(ROOT, GUIDE), "utf8"));
  const untested = blocks.filter(({ action }) => action.kind === "none" || action.kind === "skip");
  expect(untested.map(({ line, text }) => `line ${line}: ${text}`)).toEqual([]);
});
