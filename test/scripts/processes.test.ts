import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";

import { killHard, parentOf, processTree, waitForEnd } from "../../scripts/processes.ts";

const started: number[] = [];
afterEach(() => killHard(started.splice(0)));

test("a tree is found with its leaves first, and ends as a whole", async () => {
  // The shell waits for the node, which waits for a node of its own.
  const grandchild = 'setInterval(() => {}, 1000); console.log("up")';
  const child = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}], { stdio: "inherit" })`;
  const root = spawn("sh", ["-c", `"${process.execPath}" -e '${child}'; true`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = Number(root.pid);
  started.push(pid);
  await once(root.stdout, "data");

  const tree = processTree(pid);
  started.push(...tree);
  expect(tree).toHaveLength(3);
  expect(tree.at(-1)).toBe(pid);
  expect(tree.slice(0, 2).map(parentOf)).toEqual(tree.slice(1));
  expect(parentOf(pid)).toBe(process.pid);

  expect(await waitForEnd(tree, 100)).toBe(false);
  killHard(tree);
  expect(await waitForEnd(tree, 10_000)).toBe(true);
  killHard(tree);
});
