import { describe, expect, test } from "vitest";

import { compilePlugin } from "../../../host/plugins/compile.ts";
import { PluginSyntaxError } from "../../../host/plugins/errors.ts";

const compile = (source: string, more: Record<string, string> = {}) =>
  compilePlugin({ "index.ts": source, ...more }, "index.ts");
const refusal = (source: string, more?: Record<string, string>): PluginSyntaxError => {
  try {
    compile(source, more);
  } catch (error) {
    if (error instanceof PluginSyntaxError) return error;
    throw error;
  }
  throw new Error("it was compiled");
};

describe("a driver that plugins cannot have", () => {
  test.each([
    ["pg", "PostgREST"],
    ["pg/lib/client", "PostgREST"],
    ["mysql2", "HTTP front"],
    ["mongodb", "HTTP front"],
    ["ioredis", "meta.cache"],
    ["snowflake-sdk", "SQL REST API"],
    ["@google-cloud/bigquery", "tabledata.insertAll"],
    ["@google-cloud/storage", "JSON API"],
    ["@google-cloud/logging", "jsonwebtoken"],
    ["aws-sdk", "Signature Version 4"],
    ["@aws-sdk/client-s3", "S3 by its REST API"],
    ["@aws-sdk/client-pinpoint", "AWS by its REST APIs"],
    ["ethers", "JSON-RPC"],
  ])("%s is refused with what to use instead", (name, instead) => {
    const { message, line, file } = refusal(
      `const x = 1;\nimport { a } from "${name}";\nexport const onEvent = () => a;`,
    );
    expect(message).toContain(`index.ts: Cannot import '${name}'! This package is not provided by PostHog in plugins.`);
    expect(message).toContain(instead);
    expect(message).toContain(`> 2 | import { a } from "${name}"`);
    expect([file, line]).toEqual(["index.ts", 2]);
  });

  test.each([
    ["const pg = require('pg')", 1],
    ["export function onEvent() {\n  return require(\n'pg')\n}", 2],
    ["export async function onEvent() {\n\n  await import('pg')\n}", 3],
    ["import 'pg'", 1],
    ["export * from 'pg'", 1],
    ["const text = `${require('pg')}`", 1],
    ["// require('pg')\nrequire('pg')", 2],
  ])("is found in %j", (source, line) => {
    expect(refusal(source).line).toBe(line);
  });

  test("is found in the other files of a plugin", () => {
    const { file, line } = refusal("import './lib/db'", { "lib/db.js": "\n\nmodule.exports = require('pg')" });
    expect([file, line]).toEqual(["lib/db.js", 3]);
  });

  test.each([
    "import type { Client } from 'pg'; export const onEvent = (c: Client) => c",
    "import { Client } from 'pg'; export const onEvent = (c: Client) => 1",
    "import { Client, Pool } from 'pg'; export const onEvent = () => 1",
    "// require('pg')\n/* import('mysql') */ export const onEvent = () => `require('pg')`",
    `export const onEvent = () => "a text with require('pg') in it"`,
    "import pad from 'pg-not'; export const onEvent = () => pad",
    "import { meta } from './redis'; export const onEvent = () => meta",
  ])("is not seen where none is imported: %s", (source) => {
    expect(() => compile(source, { "redis.ts": "export const meta = 1" })).not.toThrow();
  });
});
