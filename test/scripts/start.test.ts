import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { freePort } from "../../scripts/port.ts";
import { killHard, processTree, waitForEnd } from "../../scripts/processes.ts";
import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";

const TIMEOUT = 180_000;

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "hoglet-start-"));
});
afterAll(() => rm(stateDir, { recursive: true }));

const started: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of started.splice(0)) if (pid !== undefined) killHard(processTree(pid));
});

test(
  "it prints what to open and a curl that works as pasted, and SIGTERM ends it all",
  { timeout: TIMEOUT },
  async () => {
    const port = await freePort();
    const { child, output } = await start({ PORT: `${port}`, ADMIN_TOKEN: "a token" });
    expect(output()).toContain(`Open         http://localhost:${port}/\nADMIN_TOKEN  a token\n`);
    const curl = /curl .*/.exec(output())?.[0] ?? "the output has no curl";
    const sent = await run(["sh", "-c", `${curl} --silent --show-error`]);
    expect(JSON.parse(sent.stdout)).toEqual({ status: 1 });

    // The demo plugin does not claim to come from a repository on the web.
    const headers = { Authorization: "Bearer a token" };
    const plugins = await fetch(`http://localhost:${port}/api/plugins`, { headers });
    expect(await plugins.json()).toMatchObject({
      results: [{ plugin_type: "local", url: "file:examples/hello-world" }],
    });

    const tree = processTree(Number(child.pid));
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await waitForEnd(tree, 0)).toBe(true);
  },
);

test("the curl sends to the project that PROJECT_KEY names", { timeout: TIMEOUT }, async () => {
  const { output } = await start({ PORT: `${await freePort()}`, PROJECT_KEY: "phc_mine" });
  const curl = /curl .*/.exec(output())?.[0] ?? "the output has no curl";
  expect(curl).toContain('"api_key":"phc_mine"');
  const sent = await run(["sh", "-c", `${curl} --silent --show-error`]);
  expect(JSON.parse(sent.stdout)).toEqual({ status: 1 });
});

test("kill -9 leaves no orphan behind", { timeout: TIMEOUT }, async () => {
  const { child } = await start({ PORT: `${await freePort()}` });
  const tree = processTree(Number(child.pid));
  expect(tree.length).toBeGreaterThan(2);
  child.kill("SIGKILL");
  expect(await waitForEnd(tree, 30_000)).toBe(true);
});

test("a port in use is one clear line", { timeout: TIMEOUT }, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const result = await run([process.execPath, "scripts/start.ts"], { PORT: `${port}`, HOGLET_STATE_DIR: stateDir });
  server.close();
  expect(result.output).toMatch(new RegExp(`^Port ${port} is in use\\..* PORT=\\d+ npm start\\n$`));
  expect(result.code).toBe(1);
});

/** `npm start`, without npm; resolves when it says that it can be stopped. */
async function start(env: Record<string, string>): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, ["scripts/start.ts"], {
    cwd: ROOT,
    env: { ...process.env, ...env, HOGLET_STATE_DIR: stateDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (printed.includes("Ctrl-C stops it.")) resolve();
      });
    child.once("exit", (code) => reject(new Error(`it ended with exit code ${code}:\n${printed}`)));
  });
  return { child, output: () => printed };
}
