import { describe, expect, test } from "vitest";

import { TestTeam, useClock } from "../test-team.ts";

useClock();

/** More than a row of a Durable Object's table holds. */
const HUGE = 2_500_000;

/** Characters of the longest text in a column of the team's tables. */
const longest = (team: TestTeam, table: string, column: string) =>
  team.inside((_, { storage }) =>
    Number(storage.sql.exec(`select max(length(${column})) as most from ${table}`).one()["most"]),
  );

describe("Whatever a plugin returns, the host can write it down: a row holds 2 MB.", () => {
  test("the name of a person whose event a batch function adds", async () => {
    const team = await TestTeam.create();
    await team.install(
      `export const processEventBatch = (events) => [...events, { event: "added", distinct_id: "p".repeat(${HUGE}) }];`,
      { order: 1 },
    );
    const holding =
      "export function processEvent(event) { if (event.event === 'added') throw new Error('later'); return event; }";
    await team.install(holding, { order: 2, onError: "hold" });
    await team.accept({ event: "given" });
    await team.work();
    expect(await team.eventNames()).toEqual(["given"]);
    expect(await longest(team, "inbox", "distinct_id")).toBe(200);
  });

  test.each([`"u".repeat(${HUGE})`, `{ toString: "u" }`, "null", "7"])(
    "the uuid %s of events in a batch",
    async (uuid) => {
      const team = await TestTeam.create();
      await team.install(`export const processEvent = (event) => ({ ...event, uuid: ${uuid} });`, { order: 1 });
      await team.install("export const processEventBatch = (events) => [];", { order: 2 });
      await team.accept({ event: "given" });
      await team.work();
      expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
      expect((await team.failures()).map(({ kind, results }) => [kind, results?.length])).toEqual([["dropped", 1]]);
      expect(await longest(team, "outcome", "outcome")).toBeLessThan(1000);
    },
  );

  test("names of captured events, which all go to their shards at once", async () => {
    const team = await TestTeam.create();
    const source = `export async function processEvent(event) {
      if (event.event !== "given") return null;
      const name = "n".repeat(3_000_000);
      for (let i = 0; i < 3; i++) await posthog.capture(name, {}).catch((error) => console.log(i, error.name));
      return event;
    }`;
    await team.install(source);
    await team.accept({ event: "given" });
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["2 RangeError"]);
  });

  test("rejections that nobody handles, each of which makes another when it is told", async () => {
    const team = await TestTeam.create();
    const source = `
      let left = 500;
      class Told extends Error {
        get message() { if (left-- > 0) void Promise.reject(new Told()); return "\\u0000".repeat(4096); }
      }
      export const processEvent = (event) => { void Promise.reject(new Told()); return event; };`;
    for (const order of [1, 2, 3]) await team.install(source, { order });
    await team.accept({ event: "given" });
    await team.work();
    expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
    expect(await team.eventNames()).toEqual(["given"]);
    expect(await longest(team, "outcome", "outcome")).toBeLessThan(1_000_000);
    expect(await longest(team, "recent_event", "outcomes")).toBeLessThan(1_000_000);
  });
});

describe("Whoever an event is about, those behind it have their turn.", () => {
  test.each(["\ud800", "a\udc00\ud800", "\0", "a\0b", ""])("%j", async (person) => {
    const team = await TestTeam.create();
    await team.install(`export function processEvent(event) {
      if (event.event !== "sent 2") return event;
      for (const name of ["captured 1", "captured 2"]) posthog.capture(name, { distinct_id: ${JSON.stringify(person)} });
      return event;
    }`);
    await team.accept({ event: "sent 1", distinct_id: person }, { event: "sent 2", distinct_id: person });
    await team.work();
    expect(await team.eventNames()).toEqual(["sent 1", "sent 2", "captured 1", "captured 2"]);
    expect(await team.status()).toMatchObject({ inbox: 0 });
  });
});

describe("What a plugin has dropped does not come back, and nobody overtakes what is held.", () => {
  const RETRY_ONCE = `
    import { RetryError } from "@posthog/plugin-scaffold";
    let failed = false;
    export function processEvent(event) {
      if (event.event === "first" && !failed) { failed = true; throw new RetryError("later"); }
      return event;
    }`;
  const BATCHING = "export const processEventBatch = (events) => events;";

  test("an event that was dropped, behind one of its person that another plugin holds", async () => {
    const team = await TestTeam.create();
    await team.install(BATCHING, { order: 1 });
    await team.install('export const processEvent = (event) => (event.event === "secret" ? null : event);', {
      order: 2,
    });
    await team.install(RETRY_ONCE, { order: 3 });
    await team.accept(
      { event: "first", distinct_id: "p" },
      { event: "secret", distinct_id: "p" },
      { event: "other", distinct_id: "q" },
    );
    await team.work();
    expect(await team.eventNames()).toEqual(["other"]);
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["other", "first"]);
  });

  test("an event behind one of its person in the same batch, of which the last plugin holds only the first", async () => {
    const team = await TestTeam.create();
    await team.install(
      `let failed = false;
       export function processEventBatch(events) {
         const [first] = events;
         if (!failed) first.team_id = 0;
         failed = true;
         return events;
       }`,
      { onError: "hold" },
    );
    await team.accept({ event: "first", distinct_id: "p" }, { event: "second", distinct_id: "p" });
    await team.work();
    expect(await team.eventNames()).toEqual([]);
    await team.workThrough();
    expect(await team.eventNames()).toEqual(["first", "second"]);
  });
});
