import { describe, expect, test } from "vitest";

import { WALK, SYNTAX } from "../runtime/support/walk.ts";
import { survived } from "./support/attack.ts";

describe("Every constructor that can be reached makes functions of this sandbox's realm.", () => {
  test.each([
    "globalThis",
    "meta",
    "event",
    "meta.cache.get",
    "require",
    "fetch",
    "posthog",
    "console.log",
    "event.properties.list",
    "meta.attachments",
    SYNTAX,
  ])("from %s", async (from) => {
    const body = `
        const values = [${from}], realms = new Set(), { getPrototypeOf } = Object, seen = new Set();
        while (values.length > 0) {
          const value = values.pop();
          if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
          seen.add(value);
          for (let at = value; at; at = getPrototypeOf(at)) values.push(at);
          const { constructor } = value;
          if (typeof constructor === "function") { values.push(constructor); realms.add(constructor.constructor("return globalThis")()) }
        }
        return [seen.size > 2, realms.size, realms.has(globalThis)]`;
    expect(await survived(body, { event: { properties: { list: [1] } } })).toEqual([true, 1, true]);
  });

  test("and none of the values of the call is the host's", async () => {
    const body = `const [natives, size] = ${WALK}(meta, event); return [natives.filter((name) => name.startsWith("host")), size > 20]`;
    expect(await survived(body)).toEqual([[], true]);
  });
});
