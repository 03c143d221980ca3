import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";

const script = join(ROOT, "scripts/require-node.js");

test.each(["20.20.2", "22.17.1"])("Node %s is told what to do", async (version) => {
  const { code, output } = await runAs(version);
  expect(output).toMatch(
    new RegExp(`^Hoglet needs Node 22\\.18 or newer and this is Node ${version}\\. \`npm ci\` brings Node 24 along`),
  );
  expect(code).toBe(1);
});

test.each(["22.18.0", "24.21.0", "26.0.0"])("Node %s is fine", async (version) => {
  expect(await runAs(version)).toEqual({ code: 0, stdout: "", output: "" });
});

function runAs(version: string): ReturnType<typeof run> {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  return run([process.execPath, "--import", `data:text/javascript,${encodeURIComponent(pretend)}`, script]);
}
