import { expect, test, vi } from "vitest";
import { TestTeam, useClock } from "./test-team.ts";

useClock();

const EVENTS = 100;

/**
 * Rows that the team's object reads and writes for so many events, sent so many at a time, through one plugin, to PostHog.
 * @param isAwaited whether each request is worked on before the next one comes, in an alarm of its own
 */
async function rowsFor(perRequest: number, isAwaited = false): Promise<{ read: number; written: number }> {
  vi.stubGlobal("fetch", async () => new Response("{}"));
  const team = await TestTeam.create({ posthogHost: "https://posthog.test", posthogApiKey: "phc_x" });
  await team.install("export const processEvent = (event) => { event.properties.a = 1; return event }");
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += perRequest) {
      await team.accept(...Array.from({ length: perRequest }, (_, i) => ({ distinct_id: `p${sent + i}` })));
      if (isAwaited) await team.work();
    }
    await team.work();
  };
  // Once, so that the plugin is set up and what is kept of events is as large as it gets.
  await send(EVENTS);
  const cursors: { rowsRead: number; rowsWritten: number }[] = [];
  await team.inside((_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    vi.spyOn(storage.sql, "exec").mockImplementation((query, ...bindings) => {
      const cursor = exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    });
  });
  await send(EVENTS);
  const sum = (pick: (cursor: { rowsRead: number; rowsWritten: number }) => number): number =>
    cursors.reduce((all, cursor) => all + pick(cursor), 0) / EVENTS;
  return { read: sum((c) => c.rowsRead), written: sum((c) => c.rowsWritten) };
}

// docs/operations.md counts with these. Whoever makes an event dearer changes both, and says why.
test("an event that comes alone costs no more rows than the page says", async () => {
  const { read, written } = await rowsFor(1);
  expect(written).toBeLessThan(12);
  expect(read).toBeLessThan(35);
});

test("an event that has an alarm to itself costs what the alarm does, too", async () => {
  const { read, written } = await rowsFor(1, true);
  expect(written).toBeLessThan(17.1);
  expect(read).toBeLessThan(60);
});

test("events that come together cost less", async () => {
  const { read, written } = await rowsFor(20);
  expect(written).toBeLessThan(11);
  expect(read).toBeLessThan(30);
});
