import { cp, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ROOT, ended, folder, tsc } from "./hoglet.ts";

const SOURCES = [
  "LICENSE",
  "build",
  "cli",
  "examples",
  "host",
  "package.json",
  "runtime",
  "scripts",
  "tsconfig.json",
  "types",
  "wit",
];

test("what npm pack makes can be installed into an empty folder and makes a plugin that is green", async () => {
  // A copy, because packing rewrites package.json for its time.
  const source = await folder();
  for (const name of SOURCES) await cp(join(ROOT, name), join(source, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(source, "node_modules"));
  const before = await readFile(join(source, "package.json"), "utf8");
  const empty = await folder({ "package.json": { name: "empty", private: true } });

  const packed = await ended("npm", ["pack", "--pack-destination", empty], { cwd: source });
  expect(packed.stderr).not.toContain("npm error");
  expect(packed.code).toBe(0);
  expect(await readFile(join(source, "package.json"), "utf8")).toBe(before);
  expect(await readdir(join(source, "build"))).not.toContain("package.json.original");

  const tarball = (await readdir(empty)).find((name) => name.endsWith(".tgz")) ?? "";
  const installed = await ended("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], {
    cwd: empty,
  });
  expect(installed.code).toBe(0);
  expect((await readdir(join(empty, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual(["hoglet"]);
  const published = await readdir(join(empty, "node_modules/hoglet/types"), { recursive: true });
  expect(published.filter((name) => name.includes(".") && !name.endsWith(".d.ts"))).toEqual([]);
  const manifest = JSON.parse(await readFile(join(empty, "node_modules/hoglet/package.json"), "utf8")) as object;
  for (const key of Object.keys(manifest)) expect(key).not.toMatch(/dependencies|scripts/i);

  const npx = (...args: string[]) => ended("npx", ["--no", "hoglet", ...args], { cwd: empty });
  const made = await npx("new", "x");
  expect(made.code).toBe(0);
  const [, printed = ""] = /^try it: (npx --no-install .*)$/m.exec(made.stdout) ?? [];
  expect(await ended("sh", ["-c", printed], { cwd: empty })).toMatchObject({ code: 0 });
  expect(await readdir(join(empty, "x"))).toEqual([
    "README.md",
    "index.case.json",
    "index.ts",
    "plugin.json",
    "tsconfig.json",
  ]);
  expect(await tsc(join(empty, "x"))).toEqual({ code: 0, stdout: "", stderr: "" });
  await writeFile(
    join(empty, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { types: ["hoglet/globals"], noEmit: true, strict: true },
      files: ["x/index.ts"],
    }),
  );
  expect(await tsc(empty)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await npx("test", "x")).toMatchObject({ code: 0, stdout: expect.stringContaining("1 green") as string });
});
