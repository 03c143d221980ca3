import { describe, expect, test } from "vitest";

import { version } from "../../../package.json";
import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import { MAX_HOPS, provideCapture } from "../../../host/capabilities/posthog-capture.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import { RECEIVED_AT } from "../delivery/plugin-event.ts";
import { invocationOf, messageOf } from "./invocation.ts";

const PLUGIN = { teamId: 2, pluginName: "my plugin" };
const NOW = new Date(RECEIVED_AT).toISOString();

/** Runs the body of a function in a plugin, during a message if there is one. Gives what it captured and what it threw. */
async function capture(body: string, hops?: number) {
  const invocation = invocationOf(hops === undefined ? null : messageOf({ hops }));
  const plugin = await loadPlugin(`export async function onEvent() { ${body} }`, {
    provide: (scope) => ({
      posthog: {
        capture: provideCapture(PLUGIN, invocation, scope),
        api: () => Promise.reject(new Error("not asked for here")),
      },
    }),
  });
  const { thrown } = await plugin.call("onEvent", [{}]);
  return { captured: invocation.requests.captured, thrown };
}

describe("posthog.capture", () => {
  test("makes an event of the team, from the plugin, now", async () => {
    const { captured } = await capture("await posthog.capture('my event', { a: { b: [1] } })");
    expect(captured).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receivedAt: RECEIVED_AT,
        hops: 1,
        request: NO_REQUEST,
        event: {
          uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          event: "my event",
          distinct_id: "my plugin",
          properties: {
            $lib: "posthog-plugin-server",
            $lib_version: version,
            distinct_id: "my plugin",
            a: { b: [1] },
          },
          timestamp: NOW,
          ip: null,
          site_url: null,
          team_id: 2,
          now: NOW,
          sent_at: null,
        },
      },
    ]);
  });

  test("takes distinct_id and timestamp out of the properties, and leaves the rest to the plugin", async () => {
    const { captured } = await capture(`
      await posthog.capture("e", { distinct_id: "someone", timestamp: "2020-01-01T00:00:00Z", $lib: "mine", uuid: "u", $set: { a: 1 } });
      await posthog.capture("e", { distinct_id: "", timestamp: 5 });
      await posthog.capture("e", { distinct_id: 7, timestamp: new Date(0) });
      await posthog.capture("e", { distinct_id: "x".repeat(300) });
      await posthog.capture("e");
    `);
    const events = captured.map(({ event }) => event);
    expect(events[0]).toMatchObject({
      distinct_id: "someone",
      timestamp: "2020-01-01T00:00:00Z",
      properties: { $lib: "mine", distinct_id: "someone", uuid: "u", $set: { a: 1 } },
    });
    expect(events[0]?.properties).not.toHaveProperty("timestamp");
    expect(events[0]?.uuid).not.toBe("u");
    expect(events.slice(1).map((event) => [event.distinct_id, event["timestamp"]])).toEqual([
      ["my plugin", NOW],
      ["7", "1970-01-01T00:00:00.000Z"],
      ["x".repeat(200), NOW],
      ["my plugin", NOW],
    ]);
  });

  test("cannot choose the team or another trusted field", async () => {
    const { captured } = await capture(
      "await posthog.capture('e', { team_id: 1, ip: '1.2.3.4', now: 'x', site_url: 'x' })",
    );
    expect(captured[0]?.event).toMatchObject({ team_id: 2, ip: null, site_url: null, now: NOW });
  });

  test("gives every event a uuid of its own, and the same ones when the call is run again", async () => {
    const uuids = async () =>
      (await capture("for (let i = 0; i < 3; i++) posthog.capture('e')")).captured.map(({ event }) => event.uuid);
    const first = await uuids();
    expect(new Set(first).size).toBe(3);
    expect(await uuids()).toEqual(first);
  });

  test("counts the captures that led to it, and ends a loop", async () => {
    expect((await capture("await posthog.capture('e')", MAX_HOPS - 1)).captured).toMatchObject([{ hops: MAX_HOPS }]);
    const { captured, thrown } = await capture("await posthog.capture('e')", MAX_HOPS);
    expect(captured).toEqual([]);
    expect(thrown).toMatch(/^HopLimitError: posthog.capture: "e" would be capture number 11 in a row/);
  });

  test("takes a thousand events a call", async () => {
    const { captured, thrown } = await capture("for (let i = 0; i < 1001; i++) await posthog.capture('e')");
    expect(captured).toHaveLength(1000);
    expect(thrown).toBe("RangeError: posthog.capture: a call can capture at most 1000 events");
  });

  test("takes a million characters of properties", async () => {
    const { captured, thrown } = await capture("await posthog.capture('e', { a: 'v'.repeat(1_000_000) })");
    expect(captured).toEqual([]);
    expect(thrown).toBe(
      "RangeError: posthog.capture: the properties have 1000008 characters of JSON, at most 1000000 are taken",
    );
  });
});
