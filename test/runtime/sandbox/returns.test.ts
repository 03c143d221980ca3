import { describe, expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

/** How a call ends that returns an expression. */
async function returning(expression: string) {
  const plugin = await loadPlugin(`export const onEvent = () => (${expression})`);
  return plugin.call("onEvent", [{}]);
}

test("an event that processEvent returns as plain data is told by what is different, whoever made it", async () => {
  const plugin = await loadPlugin(`
    export const processEvent = (event) => ({ ...event, properties: { ...event.properties, b: 2 } });
    export const onEvent = (event) => ({ ...event, b: 2 });
  `);
  const event = { event: "e", properties: { a: [1, { x: "y" }] } };
  const { a } = event.properties;
  const randomKey = () => new Uint8Array(32);
  const result = await plugin.sandbox.call({ function: "processEvent", event, randomKey });
  expect(result).toMatchObject({ isSameEvent: true, json: null });
  expect(JSON.stringify(event)).toBe('{"event":"e","properties":{"a":[1,{"x":"y"}],"b":2}}');
  expect(event.properties.a).toBe(a);
  const told = await plugin.sandbox.call({ function: "onEvent", event, randomKey });
  expect(told).toMatchObject({ isSameEvent: false, json: expect.stringContaining('"b":2}') });
  expect(event).not.toHaveProperty("b");
});

describe("what a function returns leaves as JSON", () => {
  test.each([
    ["undefined", null],
    ["null", "null"],
    ["true", "true"],
    ["1.5", "1.5"],
    ["NaN", "null"],
    ["-Infinity", "null"],
    ["'text'", '"text"'],
    ["() => 1", null],
    ["Symbol()", null],
    ["new Date(0)", '"1970-01-01T00:00:00.000Z"'],
    ["({ a: undefined, b: () => 1, c: Symbol(), d: 1 })", '{"d":1}'],
    ["[undefined, () => 1, Symbol()]", "[null,null,null]"],
    ["({ z: 1, a: 2, 10: 3, 2: 4 })", '{"2":4,"10":3,"z":1,"a":2}'],
    ["({ m: new Map([[1, 2]]), s: new Set([1]), r: /a/ })", '{"m":{},"s":{},"r":{}}'],
    ["Buffer.from([1, 2])", '{"type":"Buffer","data":[1,2]}'],
    ["new Uint8Array([1, 2])", '{"0":1,"1":2}'],
    ["({ toJSON() { return { seen: true } } })", '{"seen":true}'],
    ["new (class A { x = 1; #y = 2; get z() { return 3 } })()", '{"x":1}'],
    ["new URL('https://x.com/a?b')", '"https://x.com/a?b"'],
    ["new Error('m')", "{}"],
    ["'\\ud800'", '"\\ud800"'],
    ["Object.defineProperty({}, 'g', { enumerable: true, get: () => 'got' })", '{"g":"got"}'],
  ])("%s", async (expression, json) => {
    const result = await returning(expression);
    expect(result.json).toBe(json);
    expect(result.outcome.kind).toBe("ok");
    expect(result.thrown).toBeNull();
  });
});

describe("what JSON cannot carry is a bad return", () => {
  test.each([
    ["1n", /bigint/i],
    ["({ deep: [1n] })", /bigint/i],
    ["(() => { const a = {}; a.a = a; return a })()", /circular/],
    ["({ get a() { throw new Error('in a getter') } })", /in a getter/],
    ["({ toJSON() { throw 'in toJSON' } })", /in toJSON/],
    ["new Proxy({}, { ownKeys() { throw new Error('in a trap') } })", /in a trap/],
    ["(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return [proxy] })()", /revoked/],
  ])("%s", async (expression, reason) => {
    const { outcome, json, thrown } = await returning(expression);
    expect(outcome).toMatchObject({
      function: "onEvent",
      kind: "bad-return",
      message: expect.stringMatching(/^onEvent returned a value that JSON cannot carry: /),
    });
    expect(outcome.message).toMatch(reason);
    expect([json, thrown]).toEqual([null, null]);
  });

  test("a cycle through processEvent's event, too", async () => {
    const plugin = await loadPlugin("export const processEvent = (event) => Object.assign(event, { event })");
    expect((await plugin.call("processEvent", [{}])).outcome.kind).toBe("bad-return");
  });

  test("a value nested too deep ends as stack", async () => {
    const { outcome, json } = await returning(
      "(() => { let x = []; for (let i = 0; i < 2e5; i++) x = [x]; return x })()",
    );
    expect(outcome).toMatchObject({ kind: "stack", limit: "stackBytes" });
    expect(json).toBeNull();
  });

  test("a value too large for the memory ends as memory", async () => {
    const { outcome, json } = await returning("Array(30).fill('x'.repeat(1e6))");
    expect(outcome).toMatchObject({ kind: "memory", limit: "memoryBytes" });
    expect(json).toBeNull();
  });
});

describe("data crosses unchanged", () => {
  test("in the order of its keys, there and back", async () => {
    const plugin = await loadPlugin(`
      export function processEvent(event) { event.properties.seen = JSON.stringify(event.properties); return event }
    `);
    const properties = { z: 1, a: { y: 1, b: 2 }, m: [1], B: 1 };
    const { json } = await plugin.call("processEvent", [{ properties, event: "e" }]);
    expect(json).toBe(JSON.stringify({ properties: { ...properties, seen: JSON.stringify(properties) }, event: "e" }));
  });

  test("with any text", async () => {
    const plugin = await loadPlugin("export const processEvent = (event) => event");
    const event = { text: '\0 \ud800 \u{1f600} \u2028 \ufeff " \\ é' };
    expect((await plugin.call("processEvent", [event])).json).toBe(JSON.stringify(event));
  });

  test("with a __proto__ key that stays data and reaches no prototype", async () => {
    const plugin = await loadPlugin(
      `
      export function processEvent(event, { config }) {
        return { ...event, clean: [({}).polluted, event.polluted, config.polluted, Object.keys(event), Object.hasOwn(config, "__proto__")] };
      }
      export const composeWebhook = (event) =>
        ({ url: "https://x/", body: [Object.hasOwn(event, "__proto__"), event.polluted].join() });
    `,
      { config: JSON.parse('{"__proto__":{"polluted":1}}') },
    );
    const json = '{"event":"e","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const result = await plugin.call("processEvent", [JSON.parse(json)]);
    expect(result.json).toBe(`${json.slice(0, -1)},"clean":[null,null,null,["event","__proto__","constructor"],true]}`);
    expect(
      await plugin.run("composeWebhook", JSON.parse('{"timestamp":"2020-01-01","__proto__":{"polluted":1}}')),
    ).toEqual({ url: "https://x/", body: "true," });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("with attachments and jobs that are called like prototypes", async () => {
    const plugin = await loadPlugin(
      "export const onEvent = (e, { attachments }) => [Object.keys(attachments), ({}).content_type ?? null]",
      {
        attachments: [{ key: "__proto__", contentType: "a", fileName: "b", contents: new Uint8Array() }],
      },
    );
    expect(await plugin.run("onEvent", {})).toEqual([["__proto__"], null]);
  });
});
