import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Buffers take no more memory than the plugin has.", () => {
  test.each([
    ["one", "new ArrayBuffer(1e9)"],
    ["one of 2 GiB", "new ArrayBuffer(2 ** 31 - 1)"],
    ["many", "const a = []; for (;;) a.push(new ArrayBuffer(1e6))"],
    ["many small ones", "const a = []; for (;;) a.push(new ArrayBuffer(64))"],
    ["growth", "const b = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); for (let n = 1; ; n *= 2) b.resize(n)"],
    ["transfer", "let b = new ArrayBuffer(1); for (let n = 1; ; n *= 2) b = b.transfer(n)"],
    ["slices", "const b = new ArrayBuffer(1e6), a = []; for (;;) a.push(b.slice(0))"],
    ["typed arrays of lists", "const l = Array(1e5).fill(1), a = []; for (;;) a.push(new Float64Array(l))"],
    ["Buffer", "const a = []; for (;;) a.push(Buffer.alloc(1e6))"],
    ["Blob", "const a = []; for (;;) a.push(new Blob([new Uint8Array(1e6)]))"],
  ])("%s", async (_, body) => {
    await stopped("memoryBytes", body, { limits: { fuel: 300_000_000 } });
  });
});
