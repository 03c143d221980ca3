import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { generate } from "../../scripts/wit/generate.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const tsc = join(root, "node_modules/typescript/bin/tsc");
let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "hoglet-wit-"));
  for (const path of ["wit", "runtime", "host", "scripts/wit", "build/modules.json", "tsconfig.json", "package.json"])
    await cp(join(root, path), join(copy, path), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  // The provider alone stands for the host, which is large.
  const { compilerOptions } = JSON.parse(await readFile(join(root, "host/tsconfig.json"), "utf8")) as Record<
    string,
    unknown
  >;
  const provider = {
    extends: "./tsconfig.json",
    compilerOptions,
    references: [],
    files: ["host/capabilities/cache.ts"],
  };
  await writeFile(join(copy, "provider.json"), JSON.stringify(provider));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

/** What the compiler says of a project in the copy. */
async function compileErrors(project: "provider.json" | "runtime" | "runtime/guest"): Promise<string> {
  return run(process.execPath, [tsc, "-p", join(copy, project), "--pretty", "false"], { cwd: copy }).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
}

/** Changes the contract of the copy and does what `npm run wit` does there. */
async function mutate(file: string, from: string, to: string): Promise<void> {
  const original = await readFile(join(root, "wit", file), "utf8");
  expect(original).toContain(from);
  await writeFile(join(copy, "wit", file), original.replace(from, to));
  for (const [path, text] of await generate(join(copy, "wit")))
    await writeFile(join(copy, "wit/generated", path), text);
}

/** What the boundary of the copy answers to `cache.expire("key", 10)`. */
async function answerToExpire(): Promise<unknown> {
  const script = `
    import { Boundary } from "./runtime/boundary.ts";
    import { DEFAULT_LIMITS } from "./runtime/limits.ts";
    import { OPERATIONS } from "./wit/generated/contract.ts";
    const number = OPERATIONS.findIndex(({ interface: of, name }) => of === "cache" && name === "expire");
    const boundary = new Boundary(DEFAULT_LIMITS, () => []);
    boundary.provide({ cache: { expire: async () => true } });
    boundary.serve(number, '[1,["key",10]]', []);
    await boundary.nextReply();
    console.log(boundary.takeReply().json);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: copy });
  return JSON.parse(stdout);
}

describe("one changed type in a .wit file", { timeout: 60_000 }, () => {
  test("is a compile error of the host and of the guest, and changes the check at run time", async () => {
    expect(await compileErrors("provider.json")).not.toContain("host/capabilities/cache.ts");
    expect(await compileErrors("runtime/guest")).toBe("");
    expect(await answerToExpire()).toEqual({ ok: true });

    await mutate(
      "cache.wit",
      "expire: async func(key: string, ttl-seconds: u32)",
      "expire: async func(key: string, ttl-seconds: string)",
    );

    expect(await compileErrors("provider.json")).toMatch(/^host\/capabilities\/cache\.ts\(\d+,\d+\): error TS/m);
    expect(await compileErrors("runtime/guest")).toMatch(/^runtime\/guest\/meta\/cache\.ts\(\d+,\d+\): error TS/m);
    expect(await answerToExpire()).toEqual({
      error: { name: "TypeError", message: "cache.expire(ttl-seconds): expected string, got 10" },
    });
  });

  test("a changed result is one too", async () => {
    await mutate("cache.wit", "-> result<bool, host-error>", "-> result<string, host-error>");
    expect(await compileErrors("provider.json")).toContain("host/capabilities/cache.ts");
    expect(await compileErrors("runtime/guest")).toContain("runtime/guest/meta/cache.ts");
  });

  test("so is a function that is new, or gone", async () => {
    await mutate("cache.wit", "  llen:", "  length-of:");
    expect(await compileErrors("provider.json")).toContain("host/capabilities/cache.ts");
    expect(await compileErrors("runtime/guest")).toContain("runtime/guest/meta/cache.ts");
  });

  test("without generated files nothing compiles", async () => {
    await rm(join(copy, "wit/generated"), { recursive: true });
    for (const project of ["provider.json", "runtime", "runtime/guest"] as const)
      expect(await compileErrors(project)).toContain("wit/generated");
  });
});

test("a stale wit/generated is told, with what to run", { timeout: 60_000 }, async () => {
  const wit = (...args: string[]) => run(process.execPath, [join(copy, "scripts/wit/main.ts"), ...args], { cwd: copy });
  await wit();
  await wit("--check");
  await writeFile(join(copy, "wit/generated/guest.ts"), "// edited by hand");
  await writeFile(join(copy, "wit/generated/extra.ts"), "");
  await rm(join(copy, "wit/generated/types/plugin.d.ts"));
  const error: unknown = await wit("--check").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 1, stderr: expect.stringContaining("Run `npm run wit` and commit the result.") });
  for (const path of ["guest.ts", "extra.ts", "types/plugin.d.ts"])
    expect(error).toMatchObject({ stderr: expect.stringContaining(path) });
});
