import { expect, test } from "vitest";

import { readOptions } from "../../../scripts/soak/options.ts";

test("a soak takes three minutes unless it is told otherwise", () => {
  expect(readOptions([])).toEqual({ minutes: 3 });
  expect(readOptions(["--minutes", "10"])).toEqual({ minutes: 10 });
  expect(readOptions(["--minutes=1"])).toEqual({ minutes: 1 });
});

test.each([
  [["--minutes", "0"], "--minutes must be a whole number from 1 to 1440, and it is 0."],
  [["--minutes", "1441"], "and it is 1441."],
  [["--minutes", "1.5"], "and it is 1.5."],
  [["--minutes", "soon"], "and it is soon."],
  [["--minutes"], "npm run soak -- [--minutes N]"],
  [["--hours", "1"], "npm run soak -- [--minutes N]"],
  [["5"], "npm run soak -- [--minutes N]"],
])("%j is refused", (argv, message) => {
  expect(() => readOptions(argv)).toThrow(message);
});
