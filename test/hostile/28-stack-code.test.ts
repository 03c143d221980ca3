import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Code that is nested deeper than any parser's stack ends as the limit that it is.", () => {
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
    await stopped("stackBytes", body, { limits: { fuel: 100_000_000 } });
  });
});
