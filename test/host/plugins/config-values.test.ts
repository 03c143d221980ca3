import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/event.ts";
import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { configValues } from "../../../host/plugins/config-values.ts";

const values = (fields: ConfigField[], entered: JsonObject, attachments: string[] = []) =>
  configValues(fields, entered, new Set(attachments));
const error = (key: string, message: string) => ({ ok: false, errors: [{ key, message }] });

describe("defaults", () => {
  const fields: ConfigField[] = [
    { markdown: "# Hi" },
    { key: "a", type: "string", default: "x" },
    { key: "b", type: "string" },
    { key: "c", type: "choice", choices: ["1"], default: "other" },
    { key: "d", default: "untyped" },
  ];

  test("fill in what is absent or null, not what is empty", () => {
    expect(values(fields, {})).toEqual({ ok: true, values: { a: "x", c: "other", d: "untyped" } });
    expect(values(fields, { a: null, b: "y" })).toMatchObject({ values: { a: "x", b: "y" } });
    expect(values(fields, { a: "" })).toMatchObject({ values: { a: "" } });
  });

  test("are not taken from Object.prototype", () => {
    expect(values([{ key: "toString", type: "string", required: true }], {})).toEqual(
      error("toString", "toString is required"),
    );
  });
});

describe("values are text", () => {
  test("numbers, booleans and JSON become it", () => {
    const fields: ConfigField[] = [
      { key: "n", type: "string" },
      { key: "b", type: "choice", choices: ["true", "false"] },
      { key: "j", type: "json" },
    ];
    expect(values(fields, { n: 5, b: true, j: { a: [1] } })).toEqual({
      ok: true,
      values: { n: "5", b: "true", j: '{"a":[1]}' },
    });
  });

  test("objects do not, elsewhere", () => {
    const fields: ConfigField[] = [{ key: "s", name: "Secret", type: "string", required: true }];
    expect(values(fields, { s: {} })).toEqual(error("s", "Secret must be text"));
    expect(values(fields, { s: ["a"] })).toEqual(error("s", "Secret must be text"));
  });

  test("keys that are not declared stay as they are", () => {
    expect(values([], { exportEventsBufferBytes: 5, x: { y: [1] }, gone: null })).toEqual({
      ok: true,
      values: { exportEventsBufferBytes: 5, x: { y: [1] } },
    });
  });
});

describe("checks", () => {
  test("required values must be there and not empty", () => {
    const fields: ConfigField[] = [
      { key: "key", name: "API key", type: "string", required: true },
      { key: "file", type: "attachment", required: true },
      { key: "ok", type: "string", required: true, default: "d" },
    ];
    expect(values(fields, { key: "" })).toEqual({
      ok: false,
      errors: [
        { key: "key", message: "API key is required" },
        { key: "file", message: "file is required" },
      ],
    });
    expect(values(fields, { key: "k", file: "not a file" })).toEqual(error("file", "file is required"));
    expect(values(fields, { key: "k", file: "x" }, ["file"])).toEqual({ ok: true, values: { key: "k", ok: "d" } });
  });

  test("choices", () => {
    const fields: ConfigField[] = [{ key: "c", type: "choice", choices: ["Yes", "No"] }];
    expect(values(fields, { c: "Maybe" })).toEqual(error("c", "c must be one of Yes, No"));
    expect(values(fields, { c: "No" })).toMatchObject({ ok: true });
    expect(values(fields, { c: "" })).toMatchObject({ ok: true });
    expect(values([{ key: "c", type: "choice" }], { c: "x" })).toMatchObject({ ok: true });
  });

  test("JSON", () => {
    const fields: ConfigField[] = [{ key: "j", type: "json" }];
    expect(values(fields, { j: "{oops" })).toEqual(error("j", "j must be valid JSON"));
    expect(values(fields, { j: " [1] " })).toEqual({ ok: true, values: { j: " [1] " } });
    expect(values(fields, { j: "" })).toMatchObject({ ok: true });
  });

  test("size and depth", () => {
    expect(values([], { a: "x".repeat(600_000) })).toMatchObject({ ok: false });
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) as JsonObject;
    expect(values([], deep)).toMatchObject({ ok: false });
  });
});

describe("conditions", () => {
  const fields: ConfigField[] = [
    { key: "mode", type: "choice", choices: ["s3", "gcs"], default: "s3" },
    { key: "name", type: "string" },
    { key: "bucket", type: "string", required_if: [["mode", "gcs"], ["name"]] },
    { key: "region", type: "string", required: true, visible_if: [["mode", "s3"]] },
    { key: "key", type: "string", required_if: [["credentials"]] },
    { key: "credentials", type: "attachment" },
  ];

  test("required_if holds when every pair matches, defaults included", () => {
    expect(values(fields, { region: "r", mode: "gcs" })).toMatchObject({ ok: true });
    expect(values(fields, { mode: "gcs", name: "n" })).toEqual(error("bucket", "bucket is required"));
    expect(values(fields, { region: "r", name: "n" })).toMatchObject({ ok: true });
  });

  test("a field that is not shown is not required", () => {
    expect(values(fields, {})).toEqual(error("region", "region is required"));
    expect(values(fields, { mode: "gcs" })).toMatchObject({ ok: true });
  });

  test("an attachment counts as a value", () => {
    expect(values(fields, { region: "r" }, ["credentials"])).toEqual(error("key", "key is required"));
  });

  test("no pairs require nothing", () => {
    expect(values([{ key: "a", type: "string", required_if: [] }], {})).toMatchObject({ ok: true });
  });
});

test("a value that is injected can be sent in a header, and found again", () => {
  const inject = { host: ["api.x.com"], header: "Authorization", format: "Bearer {}" };
  const field: ConfigField = { key: "k", name: "The key", type: "string", secret: true, inject };
  const check = (value: string) => configValues([field], { k: value }, new Set());
  expect(check("sk_live-1")).toEqual({ ok: true, values: { k: "sk_live-1" } });
  // Not required: it may be left empty.
  expect(check("")).toMatchObject({ ok: true });
  for (const value of ["short", " blank-in-front", "a line\nand one", "kl\u00fcssel-1"])
    expect(check(value)).toMatchObject({
      ok: false,
      errors: [{ key: "k", message: expect.stringMatching(/^The key must be at least 6 printable ASCII characters/) }],
    });
});
