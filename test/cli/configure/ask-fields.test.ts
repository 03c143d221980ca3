import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askFields } from "../../../cli/configure/ask-fields.ts";
import { Form } from "../../../cli/configure/form.ts";
import { promptsOn } from "../../../cli/prompts.ts";
import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { folder } from "../hoglet.ts";
import { CLEAR, DOWN, ENTER, type Typed, typist } from "../typist.ts";

async function ask(form: Form, typed: Typed[], keys?: ReadonlySet<string>) {
  const { input, output, asked, left } = typist(typed);
  const said: string[] = [];
  await askFields({ prompts: promptsOn(input, output), say: (text) => said.push(text) }, form, keys);
  expect(left()).toEqual([]);
  return { said, asked: asked() };
}

test("what a later answer brings into view is asked for, and what it hides again is not sent", async () => {
  const fields: ConfigField[] = [
    { key: "path", type: "string", visible_if: [["mode", "file"]] },
    { key: "token", type: "string", required_if: [["mode", "net"]] },
    { key: "mode", type: "choice", choices: ["file", "net"], default: "net" },
  ];
  const form = new Form(fields);
  await ask(form, [
    // By the default of the mode the token is required; by what is chosen then the path is shown.
    [/token \(required\)/, "t", ENTER],
    [/mode/, "\u001b[A", ENTER],
    [/path/, "a", ENTER],
  ]);
  expect(form.allValues).toEqual({ token: "t", mode: "file", path: "a" });
  await ask(form, [[/mode/, DOWN, ENTER]], new Set(["mode"]));
  expect(form.allValues).toEqual({ token: "t", mode: "net" });
});

test("what an answer makes required is asked for again when it was left empty", async () => {
  const form = new Form([
    { key: "token", type: "string", required_if: [["mode", "net"]] },
    { key: "mode", type: "choice", choices: ["file", "net"] },
  ]);
  await ask(form, [
    [/token/, ENTER],
    [/mode/, DOWN, DOWN, ENTER],
    [/token \(required\)/, ENTER],
    [/it is required/, "t", ENTER],
  ]);
  expect(form.allValues).toEqual({ token: "t", mode: "net" });
});

test("a choice that need not be made can be left, and texts of the form are shown where they stand", async () => {
  const form = new Form([
    { markdown: "Before all" },
    { key: "mode", type: "choice", choices: ["a", "b"], markdown: "Of the mode" },
    { key: "shown", markdown: "nothing to enter" },
    { markdown: "At the end" },
    { key: "rules", type: "json" },
  ]);
  const { said } = await ask(form, [
    [/\(none\)/, ENTER],
    [/rules/, "[", ENTER],
    [/it must be JSON/, CLEAR, "[]", ENTER],
  ]);
  expect(said).toEqual(["Before all", "Of the mode", "At the end"]);
  expect(form.allValues).toEqual({ mode: "", rules: "[]" });
});

test("what a config has stays when nothing is entered over it, secrets and files unseen", async () => {
  const fields: ConfigField[] = [
    { key: "key", type: "string", secret: true, required: true },
    { key: "db", type: "attachment", required: true },
    { key: "name", type: "string" },
    { key: "zone", type: "string", visible_if: [["db"]] },
  ];
  const stored = { key: "a placeholder", db: { uid: 1, name: "geo.mmdb" }, name: "old", other: "kept" };
  const form = new Form(fields, stored);
  const { asked } = await ask(form, [
    [/key \(required\) \(empty keeps it\)/, ENTER],
    [/db \(required\): path of the file \(empty keeps it\)/, ENTER],
    [/name/, CLEAR, "new", ENTER],
    [/zone/, ENTER],
  ]);
  expect(asked).not.toContain("a placeholder");
  expect(form.allValues).toEqual({ ...stored, name: "new", zone: "" });
  expect(form.files.size).toBe(0);
  form.unset.add("db");
  expect(form.unsetFiles).toEqual(["db"]);
  expect(form.allValues).not.toHaveProperty("db");
});

test("a file has to be one", async () => {
  const root = await folder({});
  await writeFile(join(root, "geo.mmdb"), "bytes");
  const form = new Form([{ key: "db", type: "attachment", required: true }]);
  await ask(form, [
    [/db \(required\)/, ENTER],
    [/it is required/, root, ENTER],
    [/is no file/, CLEAR, join(root, "geo.mmdb"), ENTER],
  ]);
  expect(form.files.get("db")).toMatchObject({ fileName: "geo.mmdb" });
  expect(form.allValues).toBeUndefined();
});

test("a field called like something that every object has is a field", async () => {
  const form = new Form([
    { key: "constructor", type: "string", required: true, secret: true },
    { key: "toString", type: "attachment" },
    { key: "valueOf", type: "string", visible_if: [["toString"]] },
  ]);
  expect(form.isStored("constructor")).toBe(false);
  const { asked } = await ask(form, [
    [/constructor \(required\)/, ENTER],
    [/it is required/, "x", ENTER],
    [/toString/, ENTER],
  ]);
  expect(asked).not.toContain("keeps it");
  expect(Object.entries(form.allValues ?? {})).toEqual([["constructor", "x"]]);
});
