import { expect, test } from "vitest";

import { loadPlugin } from "../support/load-plugin.ts";

const unhandled = async (source: string): Promise<string[] | undefined> => {
  const plugin = await loadPlugin(source);
  const { outcome } = await plugin.call("processEvent", [{ event: "e", properties: {} }]);
  expect(outcome.kind).toBe("ok");
  return outcome.unhandled;
};

test("a rejection in a detached promise is told, and the event goes on", async () => {
  expect(
    await unhandled(`
      async function fail() { throw new TypeError("detached") }
      export function processEvent(event) {
        fail();
        Promise.reject("a string");
        Promise.reject({ code: 1 });
        new Promise(() => { throw new RangeError("in an executor") });
        return event;
      }`),
  ).toEqual(["TypeError: detached", "a string", '{"code":1}', "RangeError: in an executor"]);
});

test("a rejection that is handled, early or late, is not told", async () => {
  expect(
    await unhandled(`
      async function fail() { throw new Error("handled") }
      export async function processEvent(event) {
        try { await fail() } catch {}
        fail().catch(() => {});
        const late = fail();
        await null;
        await null;
        late.catch(() => {});
        await Promise.allSettled([fail(), fail()]);
        return event;
      }`),
  ).toBeUndefined();
});

test("an un-awaited capability call that fails is told", async () => {
  expect(
    await unhandled(`export function processEvent(event, { cache }) { cache.expire("key", "soon"); return event }`),
  ).toEqual(["TypeError: cache.expire(ttl-seconds): expected u32, got null"]);
});

test("a call tells of its own rejections only, and of a bounded number of them", async () => {
  const plugin = await loadPlugin(`
    export function processEvent(event) {
      for (let i = 0; i < event.count; i++) Promise.reject(i);
      return event;
    }`);
  const told = async (count: number) => (await plugin.call("processEvent", [{ count }])).outcome.unhandled?.length;
  expect(await told(2)).toBe(2);
  expect(await told(0)).toBeUndefined();
  expect(await told(1000)).toBe(32);
});
