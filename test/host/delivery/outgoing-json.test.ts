import fc from "fast-check";
import { expect, test } from "vitest";
import { outgoingJson } from "../../../host/delivery/outgoing-json.ts";
import { toOutgoing } from "../../../host/delivery/outgoing.ts";
import { MESSAGE_ID, RECEIVED_AT, pluginEvent } from "./plugin-event.ts";

const withText = (text: string) => toOutgoing(pluginEvent({ properties: { text } }), RECEIVED_AT, MESSAGE_ID);
const sent = (text: string): unknown => JSON.parse(outgoingJson(withText(text))).properties.text;

test.each([
  ["half \ud83d pair", "half \ufffd pair"],
  ["\ude00", "\ufffd"],
  ["\ud83d\ud83d\ude00", "\ufffd😀"],
  ["😀 stays", "😀 stays"],
  ["a written \\ud83d stays", "a written \\ud83d stays"],
  ["\\\ud83d", "\\\ufffd"],
  ["\\\\ud83d", "\\\\ud83d"],
])("%j leaves as %j", (text, expected) => {
  expect(sent(text)).toBe(expected);
});

test("any text leaves well formed, and unchanged where it was", () => {
  const units = fc.array(
    fc.oneof(fc.integer({ min: 0xd800, max: 0xdfff }), fc.constantFrom(0x5c, 0x75, 0x64, 0x38, 0x22, 0)),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(units, (codes) => {
      const text = String.fromCharCode(...codes);
      expect(sent(text)).toBe(new TextDecoder().decode(new TextEncoder().encode(text)));
    }),
    { numRuns: 500 },
  );
});
