import { describe, expect, test } from "vitest";
import { compileFile } from "../../../host/plugins/compile-file.ts";
import { PluginSyntaxError } from "../../../host/plugins/errors.ts";
import { originalPosition } from "../../../host/plugins/source-position.ts";
import { callExport, runCode } from "./run-code.ts";

const compile = (source: string): string => compileFile("index.js", source).code;
const run = (source: string, modules?: Record<string, unknown>, names?: string[]) =>
  runCode(compile(source), modules, names);

function syntaxErrorOf(source: string): PluginSyntaxError {
  try {
    compile(source);
  } catch (error) {
    if (error instanceof PluginSyntaxError) return error;
    throw error;
  }
  throw new Error("compiled");
}

describe("module syntax", () => {
  const fetch = Object.assign(() => "fetched", { Response: "R" });
  const nodeFetch = Object.assign(fetch, { default: fetch });

  test("default and namespace imports are the module, named ones its properties", () => {
    const { exports } = run(
      `import f, { Response as R } from 'node-fetch'; import * as all from 'node-fetch'
       export const found = [f(), R, all.Response, all === f]`,
      { "node-fetch": nodeFetch },
    );
    expect(exports["found"]).toEqual(["fetched", "R", "R", true]);
  });

  test("exports of every style arrive", () => {
    expect(run("export default { onEvent: 1 }").exports["default"]).toEqual({ onEvent: 1 });
    expect(run("export async function processEvent() {} export const jobs = {}").exports).toMatchObject({
      processEvent: expect.any(Function),
      jobs: {},
    });
    expect(compile("import { x } from 'url'; x(); module.exports = { a: 1 }")).toContain("module.exports = { a: 1 }");
  });

  test("top-level functions stay at the top level", () => {
    const { globals, exports } = run("function processEvent() { return 1 }", {}, ["processEvent"]);
    expect(globals["processEvent"]).toBeTypeOf("function");
    expect(Object.keys(exports)).toEqual([]);
  });

  test("unused and type-only imports vanish, for unknown packages too", () => {
    const { exports } = run(
      `import { Plugin, PluginEvent } from '@posthog/plugin-scaffold'
       import type { X } from 'nowhere'
       import unused from 'kea'
       export function processEvent(e: PluginEvent): PluginEvent { return e }`,
    );
    expect(callExport(exports, "processEvent", 1)).toBe(1);
  });

  test("a used import of an unknown package is required", () => {
    expect(() => run("import kea from 'kea'; kea()")).toThrow("Cannot import 'kea'!");
    expect(() => run("import 'kea'")).toThrow("Cannot import 'kea'!");
  });
});

describe("TypeScript", () => {
  test("is accepted whatever the extension", () => {
    const { exports } = run(`
      enum Level { Low, High = 5 }
      interface A<T> { a?: T }
      abstract class Base { constructor(protected n: number, private readonly s = 'x') {} }
      class Both extends Base { #p = 1; declare y: string; get(): string { return this.s! + this.n + this.#p } s: any = 's' }
      export const out = [Level.High, Level[0], new Both(2).get(), <any>1 as unknown, (a?.b ?? 'c') satisfies string]
      var a: A<number>`);
    expect(exports["out"]).toEqual([5, "Low", "s21", 1, "c"]);
  });

  test("JSX is not", () => {
    expect(syntaxErrorOf("const x = <div>a</div>")).toBeInstanceOf(PluginSyntaxError);
  });
});

describe("strictness", () => {
  test("code is sloppy", () => {
    const { exports } = run("export function f() { return this === undefined }; exports.arr = (key = 1)");
    expect(exports["arr"]).toBe(1);
    expect(callExport(exports, "f")).toBe(false);
    Reflect.deleteProperty(globalThis, "key");
  });

  test.each([
    "'use strict'\nfunction f() { return this === undefined }",
    '"use strict";function f() { return this === undefined }',
    '#!/usr/bin/env node\n/* a */ // b\n"use asm"; "use strict"\nfunction f() { return this === undefined }',
  ])("unless the author says so: %s", (source) => {
    expect(callExport(run(source, {}, ["f"]).globals, "f")).toBe(true);
  });

  test.each(["'use strict' + 1;", "x = 1; 'use strict';", "`use strict`;", "('use strict');", "// 'use strict'\n", ""])(
    "which this is not: %s",
    (start) => {
      const { globals } = run(`${start}var x; function f() { return this === undefined }`, {}, ["f"]);
      expect(callExport(globals, "f")).toBe(false);
    },
  );
});

describe("positions", () => {
  const source = [
    "import fetch, { Response } from 'node-fetch'",
    "import type { A } from 'a'",
    "",
    "export const processEvent = async (event: { a: number }, meta?: any): Promise<void> => {",
    "  const type: string = 'x'; fetch('u'); marker(event as any); throw new Error(type)",
    "}",
    "\tfunction other<T>(this: T, a = 1 as number) { return { ...new Response(), marker2: a } }",
  ].join("\n");

  test.each([
    "async (event",
    "const type",
    "fetch('u')",
    "marker(",
    "event as",
    "throw",
    "new Error",
    "function other",
    "marker2",
  ])("%s is found again at its own line and column", (word) => {
    const { code, map } = compileFile("src/index.ts", source);
    const line = source.split("\n").findIndex((text) => text.includes(word));
    const column = source.split("\n")[line]?.indexOf(word) ?? -1;
    const first = /^\w+/.exec(word)?.[0] ?? word;
    const compiled = code.split("\n")[line] ?? "";
    const found = compiled.indexOf(
      first === "fetch" ? "_nodefetch.default.call" : first === "event" ? "event )" : word,
    );
    expect(found).toBeGreaterThanOrEqual(0);
    expect(originalPosition(map, line + 1, found + 1)).toEqual({
      file: "src/index.ts",
      line: line + 1,
      column: column + 1,
    });
  });

  test("no line moves", () => {
    expect(compile(source).split("\n")).toHaveLength(7);
    expect(compile("#!/bin/node\nmarker").split("\n")[1]).toBe("marker");
  });

  test("removing strictness moves no column of the first line", () => {
    const { code, map } = compileFile("index.js", "a(); marker()");
    expect(originalPosition(map, 1, code.indexOf("marker") + 1)).toMatchObject({ line: 1, column: 6 });
  });
});

describe("syntax errors", () => {
  test("have file, line, column and a code frame", () => {
    const error = syntaxErrorOf("const a = {\n\tb: 1,\n\tc: ;\n}\n");
    expect(error).toMatchObject({ name: "PluginSyntaxError", file: "index.js", line: 3, column: 5 });
    expect(error.message).toBe(
      [
        "index.js: Unexpected token (3:5)",
        "",
        "  1 | const a = {",
        "  2 | \tb: 1,",
        "> 3 | \tc: ;",
        "    | \t   ^",
        "  4 | }",
        "  5 |",
      ].join("\n"),
    );
    expect(error.problems).toEqual([{ path: "index.js", message: error.message.replace("index.js: ", "") }]);
  });

  test.each(["function f() {", "'", "`", "/* ", "const x = ;", "@", "class {", "export {", "\0", "<<<<<<< HEAD"])(
    "of any kind are reported: %s",
    (source) => {
      expect(syntaxErrorOf(source)).toBeInstanceOf(PluginSyntaxError);
    },
  );
});

describe("hostile sources end", () => {
  test.each([
    ["arrow functions in defaults", `${"(x=".repeat(100)}1${")=>1".repeat(100)}`],
    ["generic arrow functions", `${"<T>(".repeat(100)}1${")".repeat(100)}`],
    ["classes in fields", `${"class A{a=".repeat(100)}1${"}".repeat(100)}`],
    ["brackets", "(".repeat(100_000)],
    ["templates", "`${".repeat(100_000)],
    ["long names", `import { ${"a".repeat(100_000)} as b } from 'm'; ${"b;".repeat(1000)}`],
    ["long paths", `import * as b from './${"a".repeat(100_000)}'; b()`],
    ["long enums", `enum ${"a".repeat(100_000)} { b, c }`],
  ])("%s", (_, source) => {
    expect(syntaxErrorOf(source).message).toMatch(/nested too deeply|longer than 200 characters/);
  });

  test("long texts are not long names", () => {
    const long = "a".repeat(1000);
    const source = `exports.all = ["${long}", '${long}', \`${long}\`, \`\${1}${long}\`, /${long}/.source] // ${long}`;
    expect(run(source).exports["all"]).toEqual([long, long, long, `1${long}`, long]);
  });
});
