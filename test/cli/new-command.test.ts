import { readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { invocation } from "../../cli/invocation.ts";
import { ended, folder, HOGLET, hoglet, ROOT, tsc } from "./hoglet.ts";

test("writes a plugin that is green at once and is called as its folder is", async () => {
  const root = await folder();
  const made = await hoglet(["new", "my/plug-in"], { cwd: root });
  expect(made.code).toBe(0);
  expect(made.stdout).toContain(`try it: node ${HOGLET} test my/plug-in\n`);
  expect(JSON.parse(await readFile(join(root, "my/plug-in/plugin.json"), "utf8"))).toMatchObject({ name: "plug-in" });
  expect(await readFile(join(root, "my/plug-in/README.md"), "utf8")).toMatch(/^# plug-in\n/);
  expect(await hoglet(["test", "my/plug-in"], { cwd: root })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 green") as string,
  });
});

test("an editor knows the types of what it writes, and tells of mistakes", async () => {
  const root = await folder();
  await hoglet(["new", "deep/down/plugin"], { cwd: root });
  // A folder may be reached through a link, as all that are made for a while are on some systems.
  await symlink(join(root, "deep/down"), join(root, "linked"));
  await hoglet(["new", "linked/other"], { cwd: root });
  for (const plugin of ["deep/down/plugin", "linked/other"]) {
    expect(await tsc(join(root, plugin))).toEqual({ code: 0, stdout: "", stderr: "" });
    const path = join(root, plugin, "index.ts");
    const source = await readFile(path, "utf8");
    await writeFile(path, source.replace("config.greeting", "config.greting").replace("incr(", "increase("));
    expect((await tsc(join(root, plugin))).stdout).toMatch(
      /Property 'greting' does not exist[^]*Property 'increase' does not exist/,
    );
  }
});

test("what it prints and writes for pasting works", async () => {
  const root = await folder();
  const { stdout } = await hoglet(["new", "my plug-in"], { cwd: root });
  const [, printed = ""] = /^try it: (.*)$/m.exec(stdout) ?? [];
  expect(await ended("sh", ["-c", printed], { cwd: root })).toMatchObject({ code: 0 });

  const readme = await readFile(join(root, "my plug-in/README.md"), "utf8");
  const commands = [...readme.matchAll(/^(.* test \.)$/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(1);
  for (const command of commands)
    expect(await ended("sh", ["-c", command], { cwd: join(root, "my plug-in") })).toMatchObject({ code: 0 });
});

test.each([
  ["of a clone, inside of it", ROOT, /^npm run --silent hoglet -- test \S+$/],
  ["of a clone, from elsewhere", tmpdir(), /^npm run --silent --prefix \S+ hoglet -- test \S+$/],
])("the script %s prints itself", async (_where, cwd, command) => {
  const root = await folder();
  const args = ["run", "--silent", "--prefix", ROOT, "hoglet", "--", "new", join(root, "p")];
  const { stdout } = await ended("npm", args, { cwd });
  const [, printed = ""] = /^try it: (.*)$/m.exec(stdout) ?? [];
  expect(printed).toMatch(command);
  expect(await ended("sh", ["-c", printed], { cwd })).toMatchObject({ code: 0 });

  // The README is read in the plugin's folder, which is outside of the clone in either case.
  const readme = await readFile(join(root, "p/README.md"), "utf8");
  const [, written = ""] = /^(.* test \.)$/m.exec(readme) ?? [];
  expect(await ended("sh", ["-c", written], { cwd: join(root, "p") })).toMatchObject({ code: 0 });
});

test.each([
  [{}, ["node", "/x/node_modules/.bin/hoglet"], "npx --no-install hoglet"],
  [{}, ["node", "/usr/bin/hoglet"], "hoglet"],
  [{ HOGLET_CLONE: "/my clone" }, [], "npm run --silent --prefix '/my clone' hoglet --"],
  [{}, ["node", "/my clone/build/hoglet.js"], "node '/my clone/build/hoglet.js'"],
])("%j %j is called as %s", (env, argv, command) => {
  expect(invocation(env, argv, "/")).toBe(command);
});

test.each([
  ["no folder", []],
  ["a folder with something in it", ["full"]],
  ["a file", ["full/file"]],
])("%s is bad usage, and nothing is written over", async (_what, args) => {
  const root = await folder({ "full/file": "mine" });
  expect((await hoglet(["new", ...args], { cwd: root })).code).toBe(2);
  expect(await readFile(join(root, "full/file"), "utf8")).toBe("mine");
});

test("a name that JSON has to escape is escaped", async () => {
  const root = await folder();
  await hoglet(["new", 'a "b" $&'], { cwd: root });
  expect(JSON.parse(await readFile(join(root, 'a "b" $&/plugin.json'), "utf8"))).toMatchObject({ name: 'a "b" $&' });
});
