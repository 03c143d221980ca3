import { describe, expect, test } from "vitest";

import { Engine } from "../../runtime/engine/engine.ts";
import { loadPlugin } from "../runtime/support/load-plugin.ts";
import { image } from "../runtime/support/image.ts";
import "./support/attack.ts";

const SECRET = "a-secret-of-tenant-one";

/** The memory that a new sandbox would start with. */
function freshMemory(): string {
  const engine = new Engine(image, {
    memoryLimit: 1 << 20,
    stackLimit: 1 << 17,
    clock: { now: () => 0, utcOffset: () => 0 },
    hostFunctions: [],
  });
  return new TextDecoder("latin1").decode(engine.snapshot().memory);
}

describe("The image holds nothing of any tenant, before and after tenants ran.", () => {
  test("a secret in config, code, event and storage of one is in no new memory", async () => {
    const before = freshMemory();
    const plugin = await loadPlugin(
      `const s = "${SECRET}"; exports.onEvent = async (event, meta) => { await meta.storage.set("k", s); globalThis.all = [s, event, meta.config, s.repeat(100)]; return s }`,
      { raw: true, config: { secret: SECRET } },
    );
    expect(await plugin.run("onEvent", { secret: SECRET })).toBe(SECRET);
    const after = freshMemory();
    expect(after.includes(SECRET)).toBe(false);
    expect(after === before).toBe(true);
  });

  test("the image's own memory tells nothing of the machine that built it", () => {
    expect(freshMemory()).not.toMatch(/\/home\/|\/tmp\/|\/Users\/|node_modules/);
  });
});
