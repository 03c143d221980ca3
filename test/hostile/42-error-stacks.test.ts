import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

/** A frame names the plugin's own script, the guest library or the engine, and nothing else. */
const FRAME =
  /^ {4}at .*?\((?:index\.ts|hoglet:guest|native|<input>)(?::\d+)*\)$|^ {4}at (?:index\.ts|hoglet:guest)(?::\d+)*$|^$/;

describe("Errors tell no path of the host, and no name of another tenant.", () => {
  test.each([
    ["its own", "return new Error('x').stack"],
    ["one of the library", "try { new URL('::') } catch (e) { return e.stack }"],
    ["one of the engine", "try { null.x } catch (e) { return e.stack }"],
    ["a denial", "try { await fetch('x') } catch (e) { return e.stack }"],
    [
      "one that the host reported",
      "try { await meta.utils.cursor.increment({ toString: () => 'k' }, NaN) } catch (e) { return e.stack } return ''",
    ],
    ["one of deep recursion", "function f() { f() } try { f() } catch (e) { return e.stack }"],
    ["one of code that was made", "try { new Function('null.x')() } catch (e) { return e.stack }"],
  ])("%s", async (_, body) => {
    const stack = (await survived(body, {
      granted: ["cache", "storage", "url", "log", "timers", "encoding"],
    })) as string;
    for (const line of stack.split("\n")) expect(line).toMatch(FRAME);
  });

  test("what a failed call tells of itself", async () => {
    for (const body of [
      "throw new Error('mine')",
      "new URL('::')",
      "Promise.reject(new Error('mine')); return 1",
      "for (;;);",
    ]) {
      const { result } = await attack(body);
      expect(JSON.stringify(result)).not.toMatch(/node_modules|\.wasm|file:|plugin-call|sandbox\.ts|neighbour/);
    }
  });
});
