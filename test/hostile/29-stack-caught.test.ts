import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

describe("An overflow that the plugin catches leaves an engine that is whole.", () => {
  test.each([
    ["a function", "function f() { f() }", "f()"],
    [
      "a function called at every depth of the host's call",
      "function f() { try { f() } catch { console.log('deep'); throw 1 } }",
      "f()",
    ],
    ["a chain of proxies", "let p = {}; for (let i = 0; i < 5000; i++) p = new Proxy(p, {});", "p.x"],
    ["JSON", "let x = []; for (let i = 0; i < 3000; i++) x = [x];", "JSON.stringify(x)"],
    [
      "a view, looked at when the stack is full",
      "function f() { try { f() } catch (e) { void event.properties.a; throw e } }",
      "f()",
    ],
  ])("%s", async (_, script, body) => {
    const after =
      "return [event.properties.a, JSON.stringify(event.properties.list), [3, 1, 2].sort().join(), await meta.cache.get('k', 'default')]";
    expect(
      await survived(`${script} try { ${body} } catch {} ${after}`, {
        limits: { fuel: 50_000_000, logLines: 1e5, logBytes: 1e7 },
      }),
    ).toEqual([1, '[1,{"b":2}]', "1,2,3", "default"]);
  });
});
