import fc from "fast-check";
import { test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";

const packed = fc.oneof(
  fc.base64String(),
  fc.stringMatching(/^[AQg/+]{0,6}={0,3}$/),
  fc.stringMatching(/^[AQ=\-_ \t\n\f\r\v]{0,8}$/),
  fc.string({ unit: "binary", maxLength: 6 }),
);

test("btoa does what the platform's does", async () => {
  const expectSame = await bothWays("(text) => btoa(text)");
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("é", "ÿ", "Ā", 5, null, [])), expectSame),
    {
      numRuns: 200,
    },
  );
});

test("atob does what the platform's does", async () => {
  const expectSame = await bothWays("(text) => atob(text)");
  await fc.assert(fc.asyncProperty(fc.oneof(packed, fc.constantFrom(5, null, "", "=", "==", "A===")), expectSame), {
    numRuns: 400,
  });
});

test("both undo each other for every byte", async () => {
  const expectSame = await bothWays(
    "(bytes) => { const text = String.fromCharCode(...bytes); return [btoa(text), atob(btoa(text)) === text] }",
  );
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(255), { maxLength: 40 }), expectSame), { numRuns: 100 });
});
