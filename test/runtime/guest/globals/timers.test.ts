import { describe, expect, test } from "vitest";

import { loadPlugin } from "../../support/load-plugin.ts";

/** Runs the body of onEvent with a clock that is far too slow for a test to wait for. */
const LONG = 1_000_000;

describe("a timer", () => {
  test("is an object as in Node, which stands for a number", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        const seen = [];
        const byObject = setTimeout(() => seen.push("object"), 1);
        const byNumber = setTimeout(() => seen.push("number"), 1);
        const byText = setInterval(() => seen.push("text"), 1);
        const immediate = setImmediate(() => seen.push("immediate"));
        clearTimeout(byObject); clearInterval(+byNumber); clearTimeout(\`\${+byText}\`); clearImmediate(immediate);
        await new Promise((resolve) => setTimeout(function () { seen.push(this.hasRef()); resolve() }, 5));
        return [seen, typeof byObject, typeof +byNumber, byObject.ref() === byObject, byObject.unref() === byObject, byObject.refresh === undefined];
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([[true], "object", "number", true, true, false]);
  });

  test("that is unref'd does not hold its call, nor fires after it", async () => {
    const plugin = await loadPlugin(`
      const fired = [];
      export function onEvent({ again }) {
        if (again) return fired;
        setTimeout(() => fired.push("timeout"), ${LONG}).unref();
        setInterval(() => fired.push("interval"), ${LONG}).unref();
        AbortSignal.timeout(${LONG}).addEventListener("abort", () => fired.push("signal"));
        return new Promise((resolve) => setTimeout(resolve, 1, "done"));
      }
    `);
    expect(await plugin.run("onEvent", {})).toBe("done");
    expect(await plugin.run("onEvent", { again: true })).toEqual([]);
  });

  test("that is unref'd fires while the call waits for something else", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        const seen = [];
        const timer = setTimeout(() => seen.push("unref"), 1).unref();
        seen.push(timer.hasRef());
        await new Promise((resolve) => setTimeout(resolve, 20));
        return seen;
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([false, "unref"]);
  });

  test("holds its call again after ref(), and can be begun anew", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        let count = 0;
        await new Promise((resolve) => setTimeout(resolve, 1).unref().ref());
        return new Promise((resolve) => {
          const timer = setTimeout(() => ++count < 3 ? timer.refresh() : resolve(count), 1);
        });
      }
    `);
    expect(await plugin.run("onEvent", {})).toBe(3);
  });

  test("that is left alone with a promise that only it could settle ends the call as stuck", async () => {
    const plugin = await loadPlugin(
      `export const onEvent = () => new Promise((resolve) => setTimeout(resolve, ${LONG}).unref());`,
    );
    const { outcome } = await plugin.call("onEvent", [{}]);
    expect(outcome).toMatchObject({
      kind: "timeout",
      message: expect.stringContaining("nothing can settle") as string,
    });
  });

  test("counts for the limit of timers, unref'd or not", async () => {
    const plugin = await loadPlugin(
      `export function onEvent() { for (let i = 0; i < 20; i++) setTimeout(() => {}, ${LONG}).unref() }`,
      { limits: { timers: 10 } },
    );
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "limit", limit: "timers" });
  });
});

describe("queueMicrotask and process.nextTick", () => {
  test("run what they are given before any timer, in order", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        const seen = [];
        setImmediate(() => seen.push("immediate"));
        process.nextTick((...args) => seen.push(args), 1, 2);
        queueMicrotask(() => seen.push("microtask"));
        seen.push("now");
        await new Promise((resolve) => setTimeout(resolve, 1));
        const bad = [5, undefined].map((task) => { try { queueMicrotask(task) } catch (e) { return e.name } });
        return [seen, bad];
      }
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      ["now", [1, 2], "microtask", "immediate"],
      ["TypeError", "TypeError"],
    ]);
  });

  test("tell of what their functions throw", async () => {
    const plugin = await loadPlugin(`
      export function onEvent() { queueMicrotask(() => { throw new Error("mine") }) }
    `);
    expect((await plugin.call("onEvent", [{}])).outcome).toMatchObject({ kind: "ok", unhandled: ["Error: mine"] });
  });
});

test("process says that there is nothing of Node, and performance has the call's clock", async () => {
  const plugin = await loadPlugin(`
    export const onEvent = () => [Object.keys(process), process.env, process.versions, performance.now() + performance.timeOrigin === Date.now()];
  `);
  expect(await plugin.run("onEvent", {})).toEqual([
    ["env", "argv", "platform", "version", "versions", "nextTick"],
    {},
    {},
    true,
  ]);
});
