import { describe, expect, test } from "vitest";

import { readWit } from "./read-wit.ts";

/** The types of the one parameter and the result of `f`. */
async function typesOf(param: string, result = "string", declarations = "") {
  const world = await readWit(
    `package t:t; interface i { ${declarations} f: func(a-b: ${param}) -> ${result}; } world plugin { import i; }`,
  );
  const [func] = world.imports["i"] ?? [];
  return { param: func?.params[0]?.[1], result: func?.result, fallible: func?.fallible };
}

describe("the types of WIT", () => {
  test.each([
    ["bool", "bool"],
    ["f64", "f64"],
    ["s32", "s32"],
    ["string", "string"],
    ["u16", "u16"],
    ["u32", "u32"],
    ["list<u8>", "bytes"],
    ["list<string>", { list: "string" }],
    ["list<list<u8>>", { list: "bytes" }],
    ["option<u32>", { option: "u32" }],
    ["tuple<string, u32>", { tuple: ["string", "u32"] }],
    ["list<tuple<string, option<list<u8>>>>", { list: { tuple: ["string", { option: "bytes" }] } }],
  ])("%s", async (wit, type) => {
    expect((await typesOf(wit)).param).toEqual(type);
  });

  test("records, variants, enums and aliases, one within another", async () => {
    const declarations = `
      type name = string;
      enum mode { fast, very-slow }
      record part { file-name: option<name>, data: list<u8> }
      variant body { none, text(name), parts(list<part>) }
      record request { mode: mode, body: option<body> }
    `;
    expect((await typesOf("request", "body", declarations)).param).toEqual({
      record: [
        ["mode", { enum: ["fast", "very-slow"] }],
        [
          "body",
          {
            option: {
              variant: [
                ["none", null],
                ["text", "string"],
                [
                  "parts",
                  {
                    list: {
                      record: [
                        ["fileName", { option: "string" }],
                        ["data", "bytes"],
                      ],
                    },
                  },
                ],
              ],
            },
          },
        ],
      ],
    });
  });

  test.each([
    ["string", { result: "string", fallible: false }],
    ["result<string, string>", { result: "string", fallible: true }],
    ["result<option<u32>, string>", { result: { option: "u32" }, fallible: true }],
    ["result<_, string>", { result: null, fallible: true }],
    ["result<list<u8>>", { result: "bytes", fallible: true }],
  ])("a function that returns %s", async (wit, expected) => {
    expect(await typesOf("u32", wit)).toMatchObject(expected);
  });

  test.each([
    ["u64", /64-bit integers become bigint, use f64/],
    ["s64", /64-bit integers become bigint, use f64/],
    ["char", /the contract does not use char/],
    ["list<u64>", /64-bit integers/],
    ["result<u32>", /not a value type/],
  ])("%s is refused", async (wit, error) => {
    await expect(typesOf(wit)).rejects.toThrow(error);
  });

  test("flags are refused: nothing would read them", async () => {
    await expect(typesOf("permissions", "string", "flags permissions { read, write }")).rejects.toThrow(
      /the contract does not use "flags" yet: teach scripts\/wit\/world.ts and wit\/codec.ts/,
    );
  });
});

describe("the functions of a world", () => {
  test("are told by interface, with names, order and async", async () => {
    const world = await readWit(`
      package t:t;
      interface types { record failure { message: string } }
      interface one { use types.{failure}; do-it: async func(first-thing: string, second: u32) -> result<_, failure>; now: func(); }
      interface two { use types.{failure}; take: func(f: failure) -> option<failure>; }
      interface handlers { on-event: async func(event: string) -> option<string>; }
      world plugin { import one; import two; export handlers; }
    `);
    const failure = { record: [["message", "string"]] };
    expect(world).toEqual({
      imports: {
        one: [
          {
            name: "doIt",
            async: true,
            params: [
              ["first-thing", "string"],
              ["second", "u32"],
            ],
            result: null,
            fallible: true,
          },
          { name: "now", async: false, params: [], result: null, fallible: false },
        ],
        two: [{ name: "take", async: false, params: [["f", failure]], result: { option: failure }, fallible: false }],
      },
      exports: {
        handlers: [
          {
            name: "onEvent",
            async: true,
            params: [["event", "string"]],
            result: { option: "string" },
            fallible: false,
          },
        ],
      },
    });
  });
});
