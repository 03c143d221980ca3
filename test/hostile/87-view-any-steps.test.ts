import fc from "fast-check";
import { expect, test } from "vitest";

import { expectSameEnd } from "./support/same-as-plain.ts";
import { steps } from "./support/steps.ts";
import "./support/attack.ts";

test(
  "Whatever is done to an event on the host, in whatever order, it ends as a plain object does.",
  { timeout: 60_000 },
  async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom("processEvent" as const, "onEvent" as const), async (body, name) => {
        const end = await expectSameEnd(name, body);
        if (name === "processEvent" && end[1] !== null) changed++;
      }),
      { numRuns: 400, seed: 20_251_129 },
    );
    expect(changed).toBeGreaterThan(50);
  },
);
