import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

import { type DevServer, startDevServer } from "../../scripts/dev-server.ts";
import { freePort } from "../../scripts/port.ts";
import { ROOT } from "../../scripts/root.ts";
import { run } from "../../scripts/run.ts";
import { makeStateDir, readyConfig } from "../support/ready-server.ts";
import { readCodeBlocks } from "./code-blocks.ts";

const ATTEMPTS = 20;

/** Does what a document tells its reader to do, block by block, in a folder and with a server of its own. Fails where that does not work. */
export async function runDocument(name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-docs-"));
  let server: DevServer | undefined;
  let stateDir: string | undefined;
  try {
    // Commands find the project where they expect it; files that the document creates stay out of it.
    const project = join(folder, "hoglet");
    await mkdir(project);
    for (const entry of await readdir(ROOT)) await symlink(join(ROOT, entry), join(project, entry));

    const blocks = readCodeBlocks(await readFile(join(ROOT, name), "utf8"));
    for (const [index, { action, text, line }] of blocks.entries()) {
      if (action.kind === "start") {
        expect(text).toMatch(/\bnpm start\b/);
        stateDir = await makeStateDir();
        server = await startDevServer({ port: await freePort(), stateDir, configFile: readyConfig() });
      } else if (action.kind === "run") {
        const next = blocks[index + 1];
        const wanted = next?.action.kind === "output" ? next.text.trim().split("\n") : [];
        await runBlock(`${name}:${line}`, text, wanted, project, server);
      } else if (action.kind === "file") {
        await writeNewFile(project, action.path, text);
      } else if (action.kind === "quote") {
        expect(await readFile(join(ROOT, action.path), "utf8"), `${name}:${line} quotes ${action.path}`).toContain(
          text,
        );
      }
    }
  } finally {
    await server?.kill9();
    if (stateDir !== undefined) await rm(stateDir, { recursive: true });
    await rm(folder, { recursive: true });
  }
}

async function runBlock(
  where: string,
  text: string,
  wanted: string[],
  project: string,
  server: DevServer | undefined,
): Promise<void> {
  const script = server ? text.replaceAll("http://localhost:8787", server.url) : text;
  const env = { INIT_CWD: project, ADMIN_TOKEN: server?.adminToken ?? "" };
  // curl tells of a refusal by its exit code when it is asked to.
  const command = `cd '${project}'; curl() { command curl --fail-with-body --silent --show-error "$@"; }\n${script}`;
  for (let attempt = 1; ; attempt++) {
    const { code, output } = await run(["sh", "-euc", command], env);
    expect(code, `${where} ended with:\n${output}`).toBe(0);
    const missing = wanted.filter((line) => !output.includes(line.trim()));
    if (missing.length === 0) return;
    // An event takes a moment from its acceptance to where it can be seen.
    expect(attempt, `${where} printed:\n${output}\nwithout:\n${missing.join("\n")}`).toBeLessThan(ATTEMPTS);
    await sleep(500);
  }
}

async function writeNewFile(project: string, path: string, text: string): Promise<void> {
  const target = join(project, path);
  const top = relative(project, target).split(sep)[0] ?? "";
  if (top === ".." || (await readdir(ROOT)).includes(top))
    throw new Error(`file=${path} would change the project: name a new folder`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}
