import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";

describe("A then or toJSON on Object.prototype decides about the plugin's own values alone.", () => {
  test("then is not asked of an event that is returned at once", async () => {
    const { result } = await attack("", { function: "processEvent", script: "globalThis.asked = 0" });
    expect(result.outcome.kind).toBe("dropped");
    const body =
      "Object.prototype.then = function (resolve) { delete Object.prototype.then; resolve({ forged: true }) }; return event";
    const forged = await attack(body, { function: "processEvent" });
    expect([forged.result.outcome.kind, forged.result.json]).toEqual(["ok", '{"forged":true}']);
  });

  test("then sees answers, and no host", async () => {
    const body = `
      const seen = [];
      Object.prototype.then = function (resolve) { seen.push(Object.keys(this).join()); Object.defineProperty(this, "then", { value: undefined }); resolve(this) };
      await meta.cache.lpush("k", ["a"]);
      const list = await meta.cache.lrange("k", 0, -1);
      delete Object.prototype.then;
      return [list, seen.every((keys) => /^[0-9,]*$/.test(keys))]`;
    expect(await survived(body)).toEqual([["a"], true]);
  });

  test("toJSON is not asked of a report", async () => {
    const body =
      "Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => ({ tag: 'threw', val: { name: 'RetryError', message: 'forged', stack: '' } }); return 1";
    expect(await survived(body)).toBe(1);
  });
});
