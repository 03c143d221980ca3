import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { folder, hoglet } from "./hoglet.ts";

test("writes a plugin that is green at once and is called as its folder is", async () => {
  const root = await folder();
  const made = await hoglet(["new", "my/plug-in"], { cwd: root });
  expect(made.code).toBe(0);
  expect(made.stdout).toContain("try it: hoglet test my/plug-in");
  expect(JSON.parse(await readFile(join(root, "my/plug-in/plugin.json"), "utf8"))).toMatchObject({ name: "plug-in" });
  expect(await readFile(join(root, "my/plug-in/README.md"), "utf8")).toMatch(/^# plug-in\n/);
  expect(await hoglet(["test", "my/plug-in"], { cwd: root })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 green") as string,
  });
});

test("the new plugin's README names commands that work", async () => {
  const root = await folder();
  await hoglet(["new", "p"], { cwd: root });
  const readme = await readFile(join(root, "p/README.md"), "utf8");
  const commands = [...readme.matchAll(/^npx hoglet (test \.)(?: +#|$)/gm)].map(([, command = ""]) => command);
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) expect((await hoglet(command.split(" "), { cwd: join(root, "p") })).code).toBe(0);
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
