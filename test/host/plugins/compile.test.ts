import { describe, expect, test } from "vitest";
import { compilePlugin } from "../../../host/plugins/compile.ts";
import { InvalidPluginError, PluginSyntaxError } from "../../../host/plugins/errors.ts";
import { originalPosition } from "../../../host/plugins/source-position.ts";
import { NPM_PLUGINS } from "./npm-plugins.ts";
import { callExport, runCode } from "./run-code.ts";

describe("published plugins", () => {
  test.each([
    ["geoip", "index.ts", ["processEvent"]],
    ["property-filter", "index.js", ["setupPlugin", "processEvent"]],
    ["property-flattener", "index.js", ["processEvent"]],
    ["semver-flattener", "index.ts", ["splitVersion", "processEvent"]],
    ["shopify-sync", "index.js", ["setupPlugin", "runEveryMinute"]],
    ["user-agent", "dist/index.js", ["processEvent", "setupPlugin"]],
  ] as const)("%s compiles and runs", (name, entry, functions) => {
    const { code, map } = compilePlugin(NPM_PLUGINS[name], entry);
    const { exports } = runCode(code);
    for (const found of functions) expect(exports[found]).toBeTypeOf("function");
    expect(map.sources).toEqual([entry]);
  });

  test("semver-flattener does its work", () => {
    const { code } = compilePlugin(NPM_PLUGINS["semver-flattener"], "index.ts");
    const { exports } = runCode(code);
    const event = { properties: { v: "1.22.0-beta+x" } };
    const result = callExport(exports, "processEvent", event, { config: { properties: "v" } });
    expect(result).toMatchObject({ properties: { v__major: 1, v__minor: 22, v__preRelease: "beta", v__build: "x" } });
  });
});

describe("several files", () => {
  const files = {
    "src/index.ts": [
      "import help, { a } from './lib'",
      "import * as data from '../data.json'",
      "import list from './list.json'",
      "import outer from 'outer'",
      "import { T } from './types'",
      "export function processEvent(e: T) { return [help(e), a, data.x, list, outer, typeof entryOnly] }",
      "function entryOnly() { throw new Error('entry') }",
    ].join("\n"),
    "src/lib.js":
      "const { b } = require('./deep')\nmodule.exports = function help(e) { return e + b }\nmodule.exports.a = 5 // end",
    "src/deep/index.ts":
      "import { processEvent } from '..'\nexport const b: string = '!'; export const back = () => processEvent\nexport function fail() { throw new Error('deep') }",
    "data.json": '{"x": 1, "__proto__": {"y": 2}}',
    "src/list.json": "[1, 2]",
    "src/types.ts": "export type T = string",
    "src/broken.test.ts": "this is not code",
  };

  test("are linked through their relative imports", () => {
    const { code } = compilePlugin(files, "src/index.ts");
    const { exports, globals } = runCode(code, { outer: { default: "O" } }, ["entryOnly"]);
    expect(callExport(exports, "processEvent", "e")).toEqual(["e!", 5, 1, [1, 2], "O", "function"]);
    expect(globals["entryOnly"]).toBeTypeOf("function");
  });

  test("keep their own lines and columns", () => {
    const { code, map } = compilePlugin(files, "src/index.ts");
    const lines = code.split("\n");
    const positionOf = (text: string) => {
      const line = lines.findIndex((each) => each.includes(text));
      return originalPosition(map, line + 1, (lines[line]?.indexOf(text) ?? 0) + 1);
    };
    expect(positionOf("throw new Error('entry')")).toEqual({ file: "src/index.ts", line: 7, column: 24 });
    expect(positionOf("throw new Error('deep')")).toEqual({ file: "src/deep/index.ts", line: 3, column: 26 });
    expect(positionOf("return e + b")).toEqual({ file: "src/lib.js", line: 2, column: 37 });
    expect(originalPosition(map, 1, 3)).toBeNull();
  });

  test("may import each other", () => {
    const { code } = compilePlugin(
      {
        "index.js": "const a = require('./a'); module.exports = { processEvent: () => a.get() }",
        "a.js": "const b = require('./b.js'); exports.get = () => b.get(); exports.name = 'a'",
        "b.ts":
          "import * as a from './a'; import { processEvent } from './index'; export const get = () => a.name + typeof processEvent",
      },
      "index.js",
    );
    expect(callExport(runCode(code).exports, "processEvent")).toBe("aundefined");
  });

  test("stay sloppy or strict as the entry says", () => {
    const lib = { "lib.js": "exports.isSloppy = (function () { return this !== undefined })()" };
    const read = (start: string) =>
      runCode(compilePlugin({ ...lib, "index.js": `${start}exports.x = require('./lib').isSloppy` }, "index.js").code);
    expect(read("").exports["x"]).toBe(true);
    expect(read("'use strict';").exports["x"]).toBe(false);

    const { code, map } = compilePlugin({ ...lib, "index.js": "'use strict';marker(require('./lib'))" }, "index.js");
    expect(originalPosition(map, 1, code.indexOf("marker(") + 1)).toEqual({ file: "index.js", line: 1, column: 14 });
  });

  test("that are missing or unknown are left to the runtime's require", () => {
    const read = (source: string) => () => runCode(compilePlugin({ "a.js": source, "lib.js": "" }, "a.js").code);
    expect(read("require('./nowhere'); require('./lib')")).toThrow("Cannot import './nowhere'!");
    expect(read("require('./lib'); require('lib')")).toThrow("Cannot import 'lib'!");
    expect(read("require('./lib'); require('../lib')")).toThrow("Cannot import '../lib'!");
    expect(read("require('../lib')")).toThrow("Cannot import '../lib'!");
  });

  test("may have names that are special to JavaScript", () => {
    const { code } = compilePlugin(
      {
        "index.js": "exports.x = [require('./__proto__').v, require('./constructor').v]",
        ["__proto__"]: "exports.v = 1",
        constructor: "exports.v = 2",
      },
      "index.js",
    );
    expect(runCode(code).exports["x"]).toEqual([1, 2]);
  });

  test("report errors under their own name", () => {
    const broken = { "index.js": "require('./b')", "b.js": "\nlet = ;" };
    expect(() => compilePlugin(broken, "index.js")).toThrow(PluginSyntaxError);
    expect(() => compilePlugin(broken, "index.js")).toThrow(/^b\.js: .*\(2:/);
    const json = { "index.js": "require('./b.json')", "b.json": "{" };
    expect(() => compilePlugin(json, "index.js")).toThrow(/^b\.json: is not valid JSON: /);
  });
});

describe("refusals", () => {
  test("no such entry", () => {
    expect(() => compilePlugin({}, "index.js")).toThrow("index.js: there is no such file");
    expect(() => compilePlugin({}, "constructor")).toThrow(InvalidPluginError);
  });

  test("more code than the parser has memory for, in one file or several", () => {
    expect(() => compilePlugin({ "index.js": ";".repeat(200_001) }, "index.js")).toThrow("too much code");
    const half = { "index.js": `require('./b')${";".repeat(150_000)}`, "b.js": ";".repeat(150_000) };
    expect(() => compilePlugin(half, "index.js")).toThrow("b.js: the plugin has too much code");
    expect(compilePlugin({ ...half, "index.js": "1" }, "index.js").code.trim()).toBe("1");
  });
});
