import { describe, expect, test, vi } from "vitest";

import { lift } from "../../../../host/store/kill-switches.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { Plugin } from "../../../../host/team/plugins/plugin.ts";
import { env, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const db = () => openRegistry(env);

/** A server that never answers, and how many wait for it. */
function deafServer() {
  const seen = { waiting: 0, aborted: 0 };
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
    seen.waiting++;
    return new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => {
        seen.aborted++;
        reject(new Error("aborted"));
      });
    });
  });
  return seen;
}

const DENIED = {
  kind: "denied",
  message: expect.stringContaining("the config was stopped by ops: it leaks") as string,
};

/** Does something of everything before it waits, and would after that. */
const WAITING = (wait: string) => `
  export async function processEvent(event, { storage }) {
    if (event.event.endsWith("kill")) return event;
    posthog.capture("before the kill", {});
    event.properties.changed = true;
    await ${wait};
    await storage.set("late", 1);
    posthog.capture("after the kill", {});
    console.log("late");
    return event;
  }`;

describe("a kill ends the call in hand", () => {
  test.each([
    ["a fetch without an answer", "fetch('https://deaf.test/').catch(() => fetch('https://deaf.test/'))"],
    [
      "a timer, and a promise that nothing settles",
      "(fetch('https://deaf.test/'), new Promise(() => setTimeout(() => {}, 29_000)))",
    ],
  ])("that awaits %s: the event goes on unchanged, and nothing of the call counts", async (_, wait) => {
    const seen = deafServer();
    const team = await TestTeam.create();
    const config = await team.install(WAITING(wait));
    const [event] = await team.accept({ event: "in hand" }, { event: "next" });
    const working = team.work();
    await vi.waitUntil(() => seen.waiting === 1);
    await team.kill("config", config.id);
    await team.reconfigure();
    await working;
    await team.work();
    expect(seen).toEqual({ waiting: 1, aborted: 1 });
    const events = await team.events();
    expect(events.map(({ event: name, properties }) => [name, properties])).toEqual([
      ["in hand", { $ip: "203.0.113.7" }],
      ["next", { $ip: "203.0.113.7" }],
    ]);
    expect(events[0]).toMatchObject({ uuid: event?.event.uuid });
    expect(await team.failures()).toMatchObject([
      { ...DENIED, function: "processEvent" },
      { ...DENIED, function: "setupPlugin" },
    ]);
    expect(await team.logged("CONSOLE")).toEqual([]);
    expect(await team.inside((object) => object.storageGet(config.id, "late"))).toBeNull();
  });

  test("whose promise nothing settles ended by itself", async () => {
    const team = await TestTeam.create();
    await team.install("export const processEvent = () => new Promise(() => {})");
    await team.accept({});
    await team.work();
    expect(await team.failures()).toMatchObject([{ kind: "timeout" }]);
  });

  test("and its policy holds: hold keeps the event until the plugin runs again", async () => {
    const seen = deafServer();
    const team = await TestTeam.create();
    const config = await team.install(WAITING("fetch('https://deaf.test/')"), { onError: "hold" });
    await team.accept({ event: "held" });
    const working = team.work();
    await vi.waitUntil(() => seen.waiting === 1);
    const { id } = await team.kill("version", config.pluginVersionId);
    await team.reconfigure();
    await working;
    expect(await team.events()).toEqual([]);
    await lift(db(), id);
    vi.stubGlobal("fetch", async () => new Response("ok"));
    await team.reconfigure();
    await team.workThrough();
    expect((await team.events()).find(({ event }) => event === "held")).toMatchObject({
      properties: { changed: true },
    });
  });

  test("in the setup, which is tried at once when the plugin may run again", async () => {
    const seen = deafServer();
    const team = await TestTeam.create();
    const config = await team.install(
      "export const setupPlugin = () => fetch('https://deaf.test/'); export const processEvent = (e) => ({ ...e, properties: { ran: true } })",
    );
    await team.accept({ event: "one" });
    const working = team.work();
    await vi.waitUntil(() => seen.waiting === 1);
    const { id } = await team.kill("everything", 0);
    await team.reconfigure();
    await working;
    await lift(db(), id);
    vi.stubGlobal("fetch", async () => new Response("ok"));
    await team.reconfigure();
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.events()).toMatchObject([
      { event: "one", properties: {} },
      { event: "two", properties: { ran: true } },
    ]);
    expect(await team.failures()).toMatchObject([
      { function: "setupPlugin", kind: "denied" },
      { function: "setupPlugin", kind: "denied" },
    ]);
    expect(config.id).toBeGreaterThan(0);
  });

  test("of a job and of an export, which are done when the plugin runs again", async () => {
    const seen = deafServer();
    const team = await TestTeam.create();
    const config = await team.install(`
      export const jobs = { send: async () => { await fetch("https://deaf.test/job"); console.log("job done") } };
      export async function exportEvents(events) { await fetch("https://deaf.test/export"); console.log("exported " + events.length) }
      export async function processEvent(event, { jobs }) { await jobs.send({}).runNow(); return event }`);
    await team.accept({ event: "one" });
    const working = team.work();
    await vi.waitUntil(() => seen.waiting === 1);
    const { id } = await team.kill("team", team.id);
    await team.reconfigure();
    await working;
    expect(await team.logged("CONSOLE")).toEqual([]);
    await lift(db(), id);
    vi.stubGlobal("fetch", async () => new Response("ok"));
    await team.reconfigure();
    await team.workThrough();
    expect((await team.logged("CONSOLE")).sort()).toEqual(["exported 1", "job done"]);
    expect(await team.deadLetters()).toEqual([]);
    expect(config.id).toBeGreaterThan(0);
  });

  test.each([
    ["it", `export const jobs = { send: async () => { await fetch("https://deaf.test/"); console.log("done"); } };`],
    [
      "the setup for it",
      `export const setupPlugin = async ({ storage }) => { if (await storage.get("asked")) await fetch("https://deaf.test/"); };
      export const jobs = { send: () => console.log("done") };`,
    ],
  ])("of a job that may run once alone, in %s: that is no run", async (_, source) => {
    const seen = deafServer();
    const team = await TestTeam.create();
    const config = await team.install(
      `${source}
      export async function processEvent(event, { jobs, storage }) {
        await jobs.send().runIn(1, "minutes");
        await storage.set("asked", true);
        return event;
      }`,
      { limits: { jobAttempts: 1 } },
    );
    await team.accept({});
    await team.work();
    await team.restart();
    passTime(60_000);
    const working = team.work();
    await vi.waitUntil(() => seen.waiting === 1);
    const { id } = await team.kill("config", config.id);
    await team.reconfigure();
    await working;
    await lift(db(), id);
    vi.stubGlobal("fetch", async () => new Response("ok"));
    await team.reconfigure();
    await team.workThrough();
    expect(await team.logged("CONSOLE")).toEqual(["done"]);
    expect(await team.deadLetters()).toEqual([]);
  });

  test("of one plugin alone: the others' go on", async () => {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let waiting = 0;
    vi.stubGlobal("fetch", async () => {
      waiting++;
      await gate;
      return new Response("ok");
    });
    const team = await TestTeam.create();
    await team.install(
      "export async function processEvent(e) { await fetch('https://slow.test/'); e.properties.first = true; return e }",
    );
    const other = await team.install("export const processEvent = (e) => { e.properties.second = true; return e }");
    await team.accept({});
    const working = team.work();
    await vi.waitUntil(() => waiting === 1);
    await team.kill("config", other.id);
    const stopped = vi.spyOn(Plugin.prototype, "stop");
    const told = team.reconfigure();
    await vi.waitUntil(() => stopped.mock.calls.length === 1);
    letGo();
    await Promise.all([working, told]);
    expect(await team.events()).toMatchObject([{ properties: { first: true } }]);
    expect((await team.events())[0]).not.toMatchObject({ properties: { second: true } });
  });
});
