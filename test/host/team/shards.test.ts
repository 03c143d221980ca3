import { describe, expect, test, vi } from "vitest";

import { shardOf } from "../../../host/team/team-client.ts";
import { reconfigure } from "../../../host/api/reconfigure.ts";
import { env, muteErrors, passTime, TestTeam, useClock } from "./test-team.ts";

useClock();

/** Distinct ids that belong to a shard of two. */
const peopleOf = (shard: number, count: number): string[] =>
  Array.from({ length: 1000 }, (_, i) => `person ${i}`)
    .filter((id) => shardOf(id, 2) === shard)
    .slice(0, count);

const eventsFor = (shard: number, ...names: string[]) => {
  const [distinct_id = ""] = peopleOf(shard, 1);
  return names.map((event) => ({ event, distinct_id }));
};

describe("a team of two shards", () => {
  test("keeps all events of a person in one of them, in order", async () => {
    const team = await TestTeam.create({ shards: 2 });
    const people = [...peopleOf(0, 5), ...peopleOf(1, 5)];
    const sent = Array.from({ length: 100 }, (_, i) => ({ event: `e${i}`, distinct_id: people[i % 10] ?? "" }));
    for (let i = 0; i < 100; i += 25) await team.accept(...sent.slice(i, i + 25));
    expect([await team.status(0), await team.status(1)]).toMatchObject([{ inbox: 50 }, { inbox: 50 }]);
    await team.work();
    const events = await team.events();
    expect(events).toHaveLength(100);
    for (const person of people) {
      const own = (list: { event?: unknown; distinct_id?: unknown }[]) =>
        list.filter(({ distinct_id }) => distinct_id === person).map(({ event }) => event);
      expect(own(events)).toEqual(own(sent));
    }
  });

  test("shares cache, storage and cursor", async () => {
    const team = await TestTeam.create({ shards: 2 });
    await team.install(
      `export async function processEvent(event, { cache, storage, utils }) {
        const { properties } = event;
        properties.cached = await cache.incr("count");
        properties.stored = await storage.get("last", null);
        await storage.set("last", event.event);
        properties.cursor = await utils.cursor.increment("cursor");
        return event;
      }`,
    );
    await team.accept(...eventsFor(1, "one"));
    await team.work();
    await team.accept(...eventsFor(0, "zero"));
    await team.work();
    await team.accept(...eventsFor(1, "two"));
    await team.work();
    const byName = Object.fromEntries((await team.events()).map(({ event, properties }) => [event, properties]));
    expect(byName).toMatchObject({
      one: { cached: 1, stored: null, cursor: 1 },
      zero: { cached: 2, stored: "one", cursor: 2 },
      two: { cached: 3, stored: "zero", cursor: 3 },
    });
  });

  test("takes what a plugin captures to the shard of its person", async () => {
    const team = await TestTeam.create({ shards: 2 });
    const [zero = "", one = ""] = [peopleOf(0, 1)[0], peopleOf(1, 1)[0]];
    await team.install(
      `export async function processEvent(event) {
        if (event.event !== "start") return event;
        await posthog.capture("for zero", { distinct_id: "${zero}" });
        await posthog.capture("for one", { distinct_id: "${one}" });
        return event;
      }`,
    );
    await team.accept({ event: "start", distinct_id: zero });
    await team.work();
    const names = async (shard: number) => {
      const { results } = await team.inside(
        (object) => object.listEvents({ teamId: team.id, shard }, { limit: 9 }),
        shard,
      );
      return results.map(({ event }) => event).toReversed();
    };
    expect(await names(0)).toEqual(["start", "for zero"]);
    expect(await names(1)).toEqual(["for one"]);
  });

  test("does not lose what a plugin captures for a shard that takes nothing", async () => {
    muteErrors();
    const team = await TestTeam.create({ shards: 2 });
    const [zero = "", one = ""] = [peopleOf(0, 1)[0], peopleOf(1, 1)[0]];
    await team.install(
      `export async function processEvent(event) {
        if (event.event === "start") await posthog.capture("for one", { distinct_id: "${one}" });
        return event;
      }`,
    );
    await team.inside((_, { storage }) => {
      storage.sql.exec("create trigger refuse before insert on inbox begin select raise(abort, 'disk full'); end");
    }, 1);
    await team.accept({ event: "start", distinct_id: zero });
    await team.work();
    expect(await team.status(0)).toMatchObject({ inbox: 1 });
    await team.inside((_, { storage }) => void storage.sql.exec("drop trigger refuse"), 1);
    passTime(3_600_000);
    await team.work();
    expect((await team.eventNames()).toSorted()).toEqual(["for one", "start"]);
  });

  test("refuses a request when one of them refuses its part", async () => {
    const team = await TestTeam.create({ shards: 2 });
    await team.inside((_, { storage }) => {
      storage.sql.exec("create trigger refuse before insert on inbox begin select raise(abort, 'disk full'); end");
    }, 1);
    await expect(team.accept(...eventsFor(0, "a"), ...eventsFor(1, "b"))).rejects.toThrow("disk full");
  });

  test("each deliver for themselves", async () => {
    const hosts: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      hosts.push(url);
      return Response.json({ status: 1 });
    });
    const team = await TestTeam.create({ shards: 2, posthogHost: "https://posthog.test", posthogApiKey: "phc_x" });
    await team.accept(...eventsFor(0, "a"), ...eventsFor(1, "b"));
    await team.work();
    expect(hosts).toHaveLength(2);
  });
});

describe("a shard that is in use no more", () => {
  const HOUR = 3_600_000;
  const LATER = `export const jobs = { say: () => console.log("ran") };
    export async function processEvent(event, { jobs }) { await jobs.say().runIn(1, "hour"); return event; }`;

  test("hears of changes: what it has left to do stops with its config, and goes on with it", async () => {
    const team = await TestTeam.create({ shards: 2 });
    const config = await team.install(LATER);
    await team.accept(...eventsFor(1, "start"));
    await team.work();
    const logged = async (): Promise<string[]> => {
      const { results } = await team.inside(
        (object) => object.listLogs({ teamId: team.id, shard: 1 }, { limit: 9 }),
        1,
      );
      return results.filter(({ source }) => source === "CONSOLE").map(({ message }) => message);
    };
    await team.set({ shards: 1 });
    const isOver = { id: team.id, mostShards: 2 };
    await team.update(config.id, { enabled: false });
    await reconfigure(env, [isOver]);
    passTime(2 * HOUR);
    await team.work();
    expect(await logged()).toEqual([]);
    await team.update(config.id, { enabled: true });
    await reconfigure(env, [isOver]);
    await team.work();
    expect(await logged()).toEqual(["ran"]);
  });
});
