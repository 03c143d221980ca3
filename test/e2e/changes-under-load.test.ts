import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";

import { startFakePostHog } from "../support/fake-posthog.ts";
import { MortalServer } from "./mortal-server.ts";

const TIMEOUT = 180_000;
const ROUNDS = 8;
const PEOPLE = Array.from({ length: 4 }, (_, index) => `person ${index}`);

/** Waits in the middle, and leaves what it is on each event. */
const marking = (mark: string): string => `export async function processEvent(event, { config, storage }) {
  const marks = event.properties.marks ?? [];
  await storage.set("last", event.uuid);
  event.properties.marks = [...marks, ${mark}];
  return event;
}`;
/** One whose code is replaced. */
const upgraded = (version: number): string => marking(`"code " + ${version}`);
/** One whose config is. */
const CONFIGURED = marking('"config " + config.n');

/** An event that was accepted, and what its plugins had to be at the least when it was sent. */
interface Sent {
  person: string;
  n: number;
  code: number;
  config: number;
}

/** The numbers that one of the two plugins left on an event. */
const left = (marks: readonly string[], kind: "code" | "config"): number[] =>
  marks.flatMap((mark) => (mark.startsWith(`${kind} `) ? [Number(mark.slice(kind.length))] : []));

test(
  "no event is lost, or run by two versions, while plugins are changed under load",
  { timeout: TIMEOUT },
  async () => {
    const posthog = await startFakePostHog();
    const server = await MortalServer.start({ POSTHOG_HOST: posthog.url, PROJECT_KEY: "phc_real" });
    try {
      const live = { code: 0, config: 0 };
      const install = (name: string, source: string) =>
        server.api<{ id: number }>("POST", "/api/plugins", { name, source });
      const enable = async (plugin: { id: number }): Promise<number> => {
        const body = { team_id: 1, plugin_id: plugin.id, enabled: true, config: { n: 0 } };
        return (await server.api<{ id: number }>("POST", "/api/plugin_configs", body)).id;
      };
      const first = await enable(await install("upgraded", upgraded(0)));
      const second = await enable(await install("configured", CONFIGURED));

      const sent = new Map<string, Sent>();
      let isOver = false;
      const sendAs = async (person: string): Promise<void> => {
        for (let n = 0; !isOver; n += 3) {
          const batch = [n, n + 1, n + 2].map((number) => ({
            uuid: randomUUID(),
            event: "counted",
            distinct_id: person,
            properties: { n: number },
          }));
          const least = { ...live };
          expect(await server.capture(batch)).toBe(true);
          for (const { uuid, properties } of batch) sent.set(uuid, { person, ...properties, ...least });
          await sleep(10);
        }
      };
      const sending = Promise.all(PEOPLE.map(sendAs));

      const change = (body: object) => server.api("PATCH", `/api/plugin_configs/${second}`, body);
      const order = (...configs: number[]) =>
        server.api("POST", "/api/plugin_configs/rearrange", { team_id: 1, order: configs });
      for (let round = 1; round <= ROUNDS; round++) {
        await install("upgraded", upgraded(round));
        live.code = round;
        await change({ config: { n: round } });
        live.config = round;
        await change({ enabled: false });
        await order(second, first);
        await change({ enabled: true });
        await order(first, second);
      }
      isOver = true;
      await sending;

      await vi.waitFor(
        () => {
          const arrived = new Set(posthog.events().map(({ uuid }) => uuid));
          expect([...sent.keys()].filter((uuid) => !arrived.has(uuid))).toEqual([]);
        },
        { timeout: 60_000, interval: 100 },
      );
      const arrived = posthog.events().filter(({ event }) => event === "counted");
      expect(sent.size).toBeGreaterThan(100);
      expect(arrived.length).toBe(sent.size);

      const seen = new Map(PEOPLE.map((person) => [person, { n: -1, code: 0, config: 0 }]));
      for (const { uuid, properties } of arrived) {
        const { person, ...least } = sent.get(uuid) as Sent;
        const marks = properties["marks"] as string[];
        const [codes, configs] = [left(marks, "code"), left(marks, "config")];
        expect(marks.length).toBe(codes.length + configs.length);
        expect(codes.length).toBe(1);
        expect(configs.length).toBeLessThanOrEqual(1);

        // Of each person, events come in order, and what ran never goes back.
        const last = seen.get(person) as Omit<Sent, "person">;
        const now = { n: least.n, code: codes[0] ?? -1, config: configs[0] ?? last.config };
        expect(now.n).toBe(last.n + 1);
        expect(now.code).toBeGreaterThanOrEqual(Math.max(last.code, least.code));
        expect(now.config).toBeGreaterThanOrEqual(last.config);
        // What was answered is live.
        if (configs.length > 0) expect(now.config).toBeGreaterThanOrEqual(least.config);
        seen.set(person, now);
      }
      const all = arrived.map(({ properties }) => properties["marks"] as string[]);
      expect(new Set(all.map((marks) => left(marks, "code")[0])).size).toBeGreaterThan(ROUNDS / 2);
      for (const kinds of ["code", "code,config", "config,code"])
        expect(
          all.some((marks) => marks.map((mark) => mark.split(" ")[0]).join() === kinds),
          kinds,
        ).toBe(true);
    } finally {
      await server.remove();
      await posthog.close();
    }
  },
);
