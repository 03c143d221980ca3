import { test } from "vitest";

import { stopped } from "./attack.ts";
import { PROGRAMS } from "./programs.ts";
import type { Family } from "./programs.ts";

/** Shows of a family of programs that fuel ends each of them. */
export function endsByFuel(family: Family): void {
  test.each(PROGRAMS[family])("%s", async (_, body) => {
    // No other limit on the way: fuel alone must do it.
    const limits = {
      calls: 1e6,
      bytesIn: 2 ** 28,
      bytesOut: 2 ** 28,
      logLines: 1e6,
      logBytes: 2 ** 28,
      wallMs: 60_000,
    };
    await stopped("fuel", body, { limits });
  });
}
