import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Texts take no more memory than the plugin has.", () => {
  test.each([
    ["repeat", "'x'.repeat(2 ** 29)"],
    ["repeats", "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length)"],
    ["wide characters", "const a = []; for (;;) a.push('\\u0400'.repeat(1e6) + a.length)"],
    ["padStart", "const a = []; for (;;) a.push('x'.padStart(1e6, 'ab'))"],
    [
      "a text that doubles",
      "let s = 'xxxxxxxx'; const a = []; for (;;) { s = s + s; a.push(s.slice(1), s.charCodeAt(0)) }",
    ],
    ["join", "const a = Array(1e4).fill('x'.repeat(1e4)); a.join('')"],
    ["replacement that grows", "let s = 'aaaaaaaa'; for (;;) s = s.replace(/a/g, '$&$&$&')"],
    ["split", "const a = []; for (;;) a.push('x'.repeat(1e5).split(''), new Array(1000))"],
    ["encodeURIComponent", "let s = '%'; for (;;) s = encodeURIComponent(s) + s + s"],
    ["JSON of JSON", "let s = '\"\"'; for (;;) s = JSON.stringify(s)"],
    ["normalize", "const a = []; for (;;) a.push('\\ufdfa'.repeat(1e4).normalize('NFKD'))"],
    ["a large number", "const a = []; for (;;) a.push(1n << BigInt(1e6 + a.length))"],
    ["keys", "const o = {}; for (let i = 0; ; i++) o['x'.repeat(1e5) + i] = 1"],
    ["code", "const a = []; for (;;) a.push(new Function('/*' + 'x'.repeat(1e6) + a.length + '*/'))"],
  ])("%s", async (_, body) => {
    await stopped("memoryBytes", body, { limits: { fuel: 2_000_000_000 } });
  });
});
