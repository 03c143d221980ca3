import { expect, test } from "vitest";

import { provideBuffers } from "../../../host/capabilities/buffers.ts";
import { MESSAGE_ID } from "../delivery/plugin-event.ts";
import { invocationOf, messageOf } from "./invocation.ts";

const CONFIG = { id: 7, revision: "7:1" };

const to = (number = 0, timeoutSeconds = 60) => ({ number, limit: 10, timeoutSeconds });

/** The capability of a config, and what its call has asked for. */
function provided(...messages: ReturnType<typeof messageOf>[]) {
  const invocation = { ...invocationOf(messages[0] ?? null), messages };
  let burnt = 0;
  const scope = { burn: (fuel: number) => void (burnt += fuel) };
  return { ...provideBuffers(CONFIG, invocation, scope), asked: invocation.requests, burnt: () => burnt };
}

test("what is added says for which event, and how many captures led to it", () => {
  const { add, flush, asked, burnt } = provided(messageOf({ hops: 2 }));
  expect(add(to(1), '{"a":1}', 3)).toBe(true);
  flush(1);
  const added = { uuid: messageOf().event.uuid, hops: 2, json: '{"a":1}' };
  expect(asked.buffers).toEqual([
    { config: CONFIG, buffer: 1, added, points: 3, limit: 10, waitMs: 60_000 },
    { config: CONFIG, buffer: 1, added: null },
  ]);
  expect(asked.length).toBe(7);
  expect(burnt()).toBe(40_000);
});

test.each([
  ["no event", []],
  ["several", [messageOf(), messageOf({ id: `${MESSAGE_ID}2` })]],
] as const)("with %s in hand it is not known for which", (_, messages) => {
  const { add, asked } = provided(...messages);
  add(to(), "1", 1);
  expect(asked.buffers).toMatchObject([{ added: { uuid: "unknown" } }]);
});

test.each([
  [-5, 0],
  [0.0001, 1],
  [Number.MAX_VALUE, 86_400_000],
])("a buffer of %s seconds waits %s ms", (seconds, waitMs) => {
  const { add, asked } = provided();
  add(to(0, seconds), "1", 1);
  expect(asked.buffers).toMatchObject([{ waitMs }]);
});

test("a hundred buffers of a plugin are kept, and others are the guest's to flush", () => {
  const { add, flush, asked } = provided();
  expect([add(to(99), "1", 1), add(to(100), "1", 1), add(to(2 ** 32 - 1), "1", 1)]).toEqual([true, false, false]);
  flush(100);
  expect(asked.buffers).toHaveLength(1);
});

test.each([
  ["is too large", JSON.stringify("x".repeat(4 * 1024 * 1024)), "has 4194306 characters of JSON, at most 4194304"],
  ["is too deep", `${"[".repeat(101)}${"]".repeat(101)}`, "has more than 100 levels"],
  ["is no JSON, which the guest never writes", "1],[2", "expected JSON"],
])("an object that %s is refused", (_, json, message) => {
  const { add, asked } = provided();
  expect(() => add(to(), json, 1)).toThrow(message);
  expect(asked).toMatchObject({ buffers: [], length: 0 });
});

test("one call adds at most 10,000 objects, of 8,000,000 characters together with all else that it asks for", () => {
  const many = provided();
  for (let i = 0; i < 10_000; i++) many.add(to(), "1", 1);
  expect(() => many.add(to(), "1", 1)).toThrow("a call can add at most 10000 objects");
  expect(() => many.flush(0)).toThrow("a call can add at most 10000 objects");
  const large = provided();
  for (let i = 0; i < 2; i++) large.add(to(), JSON.stringify("x".repeat(3_500_000)), 1);
  expect(() => large.add(to(), JSON.stringify("x".repeat(1_000_000)), 1)).toThrow("at most 8000000 characters");
});
