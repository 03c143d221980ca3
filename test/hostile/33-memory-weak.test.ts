import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

describe("Weak references take no more memory than the plugin has.", () => {
  test.each([
    ["WeakRef", "const o = {}, a = []; for (;;) a.push(new WeakRef(o))"],
    ["WeakMap", "const o = {}, a = []; for (;;) { const m = new WeakMap(); m.set(o, 1); a.push(m) }"],
    ["entries of a WeakMap", "const m = new WeakMap(), a = []; for (;;) { const o = {}; a.push(o); m.set(o, o) }"],
    ["WeakSet", "const s = new WeakSet(), a = []; for (;;) { const o = {}; a.push(o); s.add(o) }"],
    ["FinalizationRegistry", "const f = new FinalizationRegistry(() => {}), o = {}; for (;;) f.register(o, 1)"],
  ])("%s", async (_, body) => {
    await stopped("memoryBytes", body, { limits: { fuel: 2_000_000_000 } });
  });
});
