import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("A function returns, or changes of its event, so many characters of JSON, and no more.", () => {
  const limits = { returnedBytes: 1_000 };
  test.each([
    ["a new event", "processEvent", "return { a: 'x'.repeat(2000) }"],
    ["a change of the event", "processEvent", "event.a = 'x'.repeat(2000); return event"],
    ["a change deep in the event", "processEvent", "event.properties.a = Array(1000).fill(1); return event"],
    [
      "one text under many keys, which takes no memory in the guest",
      "processEvent",
      "const text = 'x'.repeat(900); for (let i = 0; i < 100; i++) event['k' + i] = text; return event",
    ],
    [
      "one list under many keys",
      "processEvent",
      "const list = Array(400).fill(1); for (let i = 0; i < 100; i++) event['k' + i] = list; return event",
    ],
    ["many keys deleted", "processEvent", "for (let i = 0; i < 500; i++) delete event['k' + i]; return event"],
    ["a text", "onEvent", "return 'x'.repeat(2000)"],
    ["a text that a toJSON makes", "onEvent", "return { toJSON: () => 'x'.repeat(2000) }"],
    ["a text that grows when it is written", "onEvent", "return '\\u0001'.repeat(300)"],
    ["a list", "onEvent", "return Array(1000).fill(1)"],
  ] as const)("%s", async (_, name, body) => {
    await stopped("returnedBytes", body, { limits, function: name });
  });
});
