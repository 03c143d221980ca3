import { describe, expect, test } from "vitest";
import { readManifest } from "../../../host/plugins/manifest.ts";

const read = (config: unknown) => {
  const { manifest, warnings } = readManifest({ name: "a", config });
  return { config: manifest.config, warnings };
};

describe("both forms of config", () => {
  test("lists keep their order, with entries that are only shown", () => {
    expect(
      read([
        { markdown: "# Hi", order: 9 },
        { key: "b", name: "B", type: "string", order: 2, default: "x", required: true, hint: "h", secret: true },
        { key: "a", type: "choice", choices: ["Yes", "No"], default: "No", site: true, order: 1 },
      ]),
    ).toEqual({
      config: [
        { markdown: "# Hi" },
        { key: "b", name: "B", type: "string", default: "x", required: true, hint: "h", secret: true },
        { key: "a", type: "choice", choices: ["Yes", "No"], default: "No", site: true },
      ],
      warnings: [],
    });
  });

  test("objects are ordered by order, entries without one last", () => {
    const { config } = read({
      none: { type: "string" },
      third: { type: "string", order: 3 },
      first: { type: "attachment", order: 1, key: "ignored" },
      zero: { type: "json", order: 0 },
      negative: { type: "string", order: -1 },
    });
    expect(config.map(({ key }) => key)).toEqual(["negative", "first", "third", "none", "zero"]);
  });

  test("conditions are pairs of a field and maybe a value", () => {
    const { config, warnings } = read([
      { key: "a", type: "string" },
      {
        key: "b",
        type: "string",
        required_if: [["a"]],
        visible_if: [
          ["a", "x"],
          ["a", true],
          ["c", "y"],
        ],
      },
    ]);
    expect(config[1]).toMatchObject({
      required_if: [["a"]],
      visible_if: [
        ["a", "x"],
        ["a", "true"],
        ["c", "y"],
      ],
    });
    expect(warnings).toEqual(["plugin.json: config[1] depends on c, which is not a field of this config"]);
  });
});

describe("what real plugins get wrong is mended with a warning", () => {
  test.each([
    [{ type: "boolean" }, { type: "string" }, "config[0].type boolean is treated as string"],
    [{ type: "string", default: false }, { default: "false" }, "config[0].default is used as text"],
    [{ type: "json", default: { a: 1 } }, { default: '{"a":1}' }, "config[0].default is used as text"],
    [{ type: "choice" }, { type: "choice" }, "config[0] is a choice without choices"],
    [{ type: "choice", choices: [1, true] }, { choices: ["1", "true"] }, undefined],
    [{ type: "choice", choices: ["a"], default: "b" }, { default: "b" }, "config[0].default is b, which is not one of"],
  ])("%j", (entry, expected, warning) => {
    const { config, warnings } = read([{ key: "k", ...entry }]);
    expect(config[0]).toMatchObject(expected);
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)]);
  });

  test("a type without a key", () => {
    expect(read([{ type: "string" }]).warnings).toEqual([expect.stringContaining("has a type but no key")]);
  });

  test("two fields of one key: the later one counts", () => {
    const { config, warnings } = read([
      { key: "a", name: "1", type: "string" },
      { key: "a", name: "2", type: "string" },
    ]);
    expect(config).toEqual([{ key: "a", name: "2", type: "string" }]);
    expect(warnings).toEqual(["plugin.json: config[0] is ignored; a later field has the same key, a"]);
  });
});

describe("inject", () => {
  const field = (inject: unknown, rest: object = {}) => [{ key: "k", type: "string", inject, ...rest }];

  test("makes its field secret; host may be a list, format is the value alone by default", () => {
    const { config, warnings } = read([
      ...field({ host: "api.x.com", header: "Authorization", format: "Bearer {}" }),
      { key: "l", type: "string", secret: true, inject: { host: ["a.com:8443", "*.b.com"], header: "X-Key" } },
    ]);
    expect(config).toEqual([
      {
        key: "k",
        type: "string",
        secret: true,
        inject: { host: ["api.x.com"], header: "Authorization", format: "Bearer {}" },
      },
      {
        key: "l",
        type: "string",
        secret: true,
        inject: { host: ["a.com:8443", "*.b.com"], header: "X-Key", format: "{}" },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  const GOOD = { host: "api.x.com", header: "A", format: "{}" };
  test.each([
    ["no object", field("api.x.com"), /inject: must be an object such as/],
    ["no host", field({ header: "A" }), /inject\.host: must be a lower-case host/],
    ["an empty list", field({ ...GOOD, host: [] }), /inject\.host/],
    ["every host", field({ ...GOOD, host: "*" }), /inject\.host: must be a lower-case host/],
    ["every host, in a list", field({ ...GOOD, host: ["a.com", "*"] }), /inject\.host/],
    ["an address", field({ ...GOOD, host: "https://api.x.com/" }), /inject\.host/],
    ["a header that is none", field({ ...GOOD, header: "A: b" }), /inject\.header: must be the name of a header/],
    [
      "a header of the platform",
      field({ ...GOOD, header: "Host" }),
      /inject\.header: is a header that plugins cannot set/,
    ],
    ["another such", field({ ...GOOD, header: "CF-Access-Client-Secret" }), /cannot set/],
    ["no place in the format", field({ ...GOOD, format: "Bearer" }), /inject\.format: must have one \{\}/],
    ["two places", field({ ...GOOD, format: "{}:{}" }), /one \{\}/],
    ["a line's end", field({ ...GOOD, format: "{}\r\nHost: evil" }), /printable ASCII/],
    ["an unknown key", field({ ...GOOD, hosts: [] }), /inject/],
    ["a field without a key", [{ type: "string", inject: GOOD }], /inject: needs a key of letters/],
    ["a key that no header holds", field(GOOD, { key: "cl\u00e9" }), /inject: needs a key of letters/],
    ["a choice", field(GOOD, { type: "choice" }), /inject: needs "type": "string"/],
    ["a file", field(GOOD, { type: "attachment" }), /inject: needs "type": "string"/],
    ["what is not secret", field(GOOD, { secret: false }), /makes the field secret/],
  ])("is refused with %s", (_what, config, message) => {
    expect(() => read(config)).toThrow(message);
  });
});
