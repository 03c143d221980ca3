import { describe, expect, test } from "vitest";

import { TestTeam, useClock } from "../test-team.ts";

useClock();

describe("an event is accepted, unchanged, and the error is told", () => {
  test.each([
    ["throws", `throw new Error("error thrown in plugin")`, "threw", {}],
    ["rejects", `return Promise.reject(new Error("error thrown in plugin"))`, "threw", {}],
    [
      "waits in small steps for longer than it may",
      "for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 40))",
      "timeout",
      { wallMs: 100 },
    ],
  ])("of a plugin that %s", async (_, body, kind, limits) => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event) { event.properties.half = true; ${body}; return event }`,
      { limits },
    );
    await team.accept({ event: "one", properties: { kept: 1 } });
    await team.work();
    expect(await team.events()).toMatchObject([{ event: "one", properties: { kept: 1 } }]);
    expect((await team.events())[0]?.["properties"]).not.toHaveProperty("half");
    expect(await team.failures()).toMatchObject([{ kind, function: "processEvent" }]);
  });

  test.each([
    ["throws", `new Promise(() => { throw new Error("error thrown in plugin") })`],
    ["rejects", `Promise.reject(new Error("error thrown in plugin"))`],
  ])("of a plugin that %s in a promise that it detached, with the change", async (_, detached) => {
    const team = await TestTeam.create();
    await team.install(
      `export function processEvent(event) { void ${detached}; event.properties.changed = true; return event }`,
    );
    await team.accept({ event: "one" });
    await team.work();
    expect(await team.events()).toMatchObject([{ event: "one", properties: { changed: true } }]);
    expect(await team.logged("PLUGIN")).toEqual(["processEvent: unhandled rejection: Error: error thrown in plugin"]);
  });
});

test("what a plugin says of an event is in the log once", async () => {
  const team = await TestTeam.create();
  await team.install(`export function processEvent(event) { console.log("amogus"); return event }`);
  await team.accept({ event: "one" });
  await team.workThrough();
  await team.restart();
  await team.workThrough();
  expect(await team.logged("CONSOLE")).toEqual(["amogus"]);
});

describe("teardownPlugin", () => {
  const source = (version: string, teardown: string) => `
    export async function setupPlugin({ storage }) { console.log("${version} finds", await storage.get("left", "nothing")) }
    export const processEvent = (event) => event;
    export async function teardownPlugin({ storage }) { ${teardown} }`;

  test("runs when a plugin is replaced, and the next version finds what it stored", async () => {
    const team = await TestTeam.create();
    const config = await team.install(source("v1", `await storage.set("left", "a note")`));
    await team.accept({});
    await team.work();
    await team.upgrade(config, source("v2", ""));
    await team.reconfigure();
    await team.accept({});
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["v1 finds nothing", "v2 finds a note"]);
  });

  test("that throws is told as its error", async () => {
    const team = await TestTeam.create();
    const config = await team.install(source("v1", `throw new Error("cannot stop")`));
    await team.accept({});
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    expect(await team.failures()).toMatchObject([
      { function: "teardownPlugin", kind: "threw", message: "Error: cannot stop" },
    ]);
  });
});

test("configs of one order see every event in the same order", async () => {
  const team = await TestTeam.create();
  const append = (name: string) =>
    `export function processEvent(event) { (event.properties.path ??= []).push("${name}"); return event }`;
  for (const name of ["a", "b", "c", "d"]) await team.install(append(name), { order: name === "d" ? 1 : 2 });
  await team.accept({}, {}, {});
  await team.work();
  const paths = (await team.events()).map(({ properties }) => (properties as { path: string[] }).path.join(""));
  expect(paths).toEqual(["dabc", "dabc", "dabc"]);
});
