import { describe, expect, test, vi } from "vitest";

import { TeamPlugins } from "../../../../host/team/plugins/team-plugins.ts";
import { env, muteErrors, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const version = (name: string) => `
  export const setupPlugin = () => console.log("setup ${name}");
  export const teardownPlugin = () => console.log("teardown ${name}");
  export function processEvent(event) { console.log("${name} " + event.event); event.properties.by = "${name}"; return event; }`;

describe("a change of configuration", () => {
  test("is live at once: the old plugin is torn down before the new one serves", async () => {
    const team = await TestTeam.create();
    const config = await team.install(version("v1"));
    await team.accept({ event: "one" });
    await team.work();
    await team.upgrade(config, version("v2"));
    await team.reconfigure();
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["setup v1", "v1 one", "teardown v1", "setup v2", "v2 two"]);
    expect(await team.logged("SYSTEM")).toEqual(["Plugin loaded.", "Plugin unloaded.", "Plugin loaded."]);
  });

  test("waits for the event in hand, and no event is run by two versions", async () => {
    const team = await TestTeam.create();
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let waiting = 0;
    vi.stubGlobal("fetch", async () => {
      waiting++;
      await gate;
      return new Response("go on");
    });
    const slow = (name: string) => `
      export const teardownPlugin = () => console.log("teardown ${name}");
      export async function processEvent(event) {
        await fetch("https://gate.test/");
        event.properties.by = [...(event.properties.by ?? []), "${name}"];
        return event;
      }`;
    const config = await team.install(slow("v1"));
    await team.accept({ event: "in hand" }, { event: "next" });
    const working = team.work();
    await vi.waitUntil(() => waiting === 1);
    await team.upgrade(config, slow("v2"));
    let isLive = false;
    const reload = vi.spyOn(TeamPlugins.prototype, "reload");
    const reconfigured = team.reconfigure().then(() => {
      isLive = true;
    });
    await vi.waitUntil(() => reload.mock.calls.length === 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(isLive).toBe(false);
    letGo();
    await Promise.all([working, reconfigured]);
    await team.work();
    expect(await team.events()).toMatchObject([
      { event: "in hand", properties: { by: ["v1"] } },
      { event: "next", properties: { by: ["v2"] } },
    ]);
    expect(await team.logged("CONSOLE")).toEqual(["teardown v1"]);
  });

  test("that touches one plugin leaves the others running", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export const processEvent = (event, { global }) => { event.properties.a = global.count = (global.count ?? 0) + 1; return event; };`,
    );
    const other = await team.install(version("v1"));
    await team.accept({});
    await team.work();
    await team.update(other.id, { config: { changed: "yes" } });
    passTime(1);
    await team.reconfigure();
    await team.accept({});
    await team.work();
    expect(await team.events()).toMatchObject([{ properties: { a: 1 } }, { properties: { a: 2 } }]);
  });

  test("of a disabled plugin runs its teardown, and it sees nothing more", async () => {
    const team = await TestTeam.create();
    const config = await team.install(version("v1"));
    await team.accept({ event: "one" });
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["setup v1", "v1 one", "teardown v1"]);
    expect(await team.events()).toMatchObject([{ properties: { by: "v1" } }, { event: "two" }]);
  });

  test("goes through although the old plugin's teardown fails", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export function teardownPlugin() { for (;;) {} }\n${"export const processEvent = (event) => event;"}`,
    );
    await team.accept({});
    await team.work();
    await team.upgrade(config, version("v2"));
    await team.reconfigure();
    await team.accept({ event: "two" });
    await team.work();
    expect((await team.events())[1]).toMatchObject({ event: "two", properties: { by: "v2" } });
    expect(await team.failures()).toMatchObject([{ function: "teardownPlugin", kind: "fuel" }]);
  });

  test("that cannot be read yet has events wait, rather than run by what was there before", async () => {
    const errors = muteErrors();
    const team = await TestTeam.create();
    const config = await team.install(version("v1"));
    await team.accept({ event: "one" });
    await team.work();
    await team.upgrade(config, version("v2"));
    const { BLOBS } = env;
    const unavailable = vi.spyOn(BLOBS, "get").mockRejectedValue(new Error("R2 is down"));
    await expect(team.reconfigure()).rejects.toThrow("R2 is down");
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.eventNames()).toEqual(["one"]);
    expect(await team.alarm()).toBe(Date.now() + 5_000);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("R2 is down"));
    unavailable.mockRestore();
    await team.workThrough();
    expect(await team.events()).toMatchObject([
      { properties: { by: "v1" } },
      { event: "two", properties: { by: "v2" } },
    ]);
    expect(await team.logged("CONSOLE")).toEqual(["setup v1", "v1 one", "teardown v1", "setup v2", "v2 two"]);
  });
});

describe("a sandbox", () => {
  test("of an earlier life of the object is not used again", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export async function processEvent(event, { storage, cache, global }) {
        event.properties.count = global.count = (global.count ?? 0) + 1;
        event.properties.stored = await storage.get("stored", null);
        await storage.set("stored", event.event);
        if (event.event !== "captured") await posthog.capture("captured", {});
        console.log("seen " + event.event);
        return event;
      }`,
    );
    await team.accept({ event: "one" });
    await team.work();
    await team.restart();
    await team.accept({ event: "two" });
    await team.work();
    expect(await team.events()).toMatchObject([
      { event: "one", properties: { count: 1, stored: null } },
      { event: "captured", properties: { count: 2, stored: "one" } },
      { event: "two", properties: { count: 1, stored: "captured" } },
      { event: "captured", properties: { count: 2, stored: "two" } },
    ]);
    expect(await team.logged("CONSOLE")).toEqual(["seen one", "seen captured", "seen two", "seen captured"]);
  });
});
