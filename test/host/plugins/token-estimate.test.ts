import { expect, test } from "vitest";
import { estimateTokens } from "../../../host/plugins/token-estimate.ts";

test.each([
  ["", 0],
  ["  \n\t", 0],
  [";;;;", 4],
  ["const a = 1;", 5],
  ["a.b(c)", 6],
  ["$_é ☃x", 2],
  ["`a`", 3],
])("%j has %i", (source, tokens) => {
  expect(estimateTokens(source)).toBe(tokens);
});
