import { describe, expect, test } from "vitest";

import { readSexpr } from "../../scripts/wit/sexpr.ts";

describe("readSexpr", () => {
  test.each([
    ["atom", "atom"],
    ["(a b)", ["a", "b"]],
    ["()", []],
    ["(a (b (c) d) e)", ["a", ["b", ["c"], "d"], "e"]],
    ['(a "text")', ["a", '"text']],
    ['(a "two words (and parens) ;; no comment")', ["a", '"two words (and parens) ;; no comment']],
    ["(a (;0;) b)", ["a", "b"]],
    ["(a ;; to the end\n b)", ["a", "b"]],
    ["(a(b)c)", ["a", ["b"], "c"]],
    ["  ( a\n\t b )  ", ["a", "b"]],
    ['("")', ['"']],
  ])("%s", (text, expected) => {
    expect(readSexpr(text)).toEqual(expected);
  });

  test.each(["(a", "", "(a (b)", '(a "b'])("%s is not finished", (text) => {
    expect(() => readSexpr(text)).toThrow("unexpected end of S-expression");
  });
});
