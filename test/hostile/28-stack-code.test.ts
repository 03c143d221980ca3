import { describe, expect, test } from "vitest";

import { attack } from "./support/attack.ts";

describe("Code that is nested deeper than any parser's stack ends as the limit that it is, or as an error of the code.", () => {
  test.each([
    ["lists", "eval('['.repeat(3e4))"],
    ["parentheses", "eval('('.repeat(3e4))"],
    ["objects", "eval('({a:'.repeat(3e4))"],
    ["blocks", "eval('{'.repeat(3e4))"],
    ["functions", "eval('(function(){'.repeat(3e4))"],
    ["arrows", "eval('()=>'.repeat(3e4))"],
    ["classes", "eval('(class{static x='.repeat(3e4))"],
    ["templates", "eval('`${'.repeat(3e4))"],
    ["operators", "eval('!'.repeat(1e5) + '1')"],
    ["powers", "eval('1**'.repeat(1e5) + '1')"],
    ["conditions", "eval('1?'.repeat(1e5))"],
    ["ifs", "eval('if(1)'.repeat(1e5))"],
    ["new", "eval('new '.repeat(1e5) + 'A')"],
    ["Function", "new Function('['.repeat(3e4))"],
    ["groups of a regular expression", "new RegExp('(?:'.repeat(1e5))"],
    ["lookbehinds", "new RegExp('(?<='.repeat(1e5))"],
    ["classes of a regular expression", "new RegExp('['.repeat(1e5), 'v')"],
  ])("%s", async (_, body) => {
    const { plugin, result } = await attack(body, { limits: { fuel: 100_000_000 } });
    const { kind, limit, message } = result.outcome;
    // Where the parser's own check comes first, it may have called the end of its stack a mistake of the code's.
    if (kind === "threw") expect(message).toMatch(/^SyntaxError: /);
    else expect([kind, limit, plugin.sandbox.lost]).toEqual(["stack", "stackBytes", true]);
  });
});
