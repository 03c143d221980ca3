import { expect, test, vi } from "vitest";
import { START, TestTeam, useClock } from "./test-team.ts";

useClock();

const EVENTS = 100;
const PLAIN = "export const processEvent = (event) => { event.properties.a = 1; return event }";
const ASKS_FOR_JOBS = `export const jobs = { nothing: () => undefined };
  export const processEvent = async (event, { jobs }) => { await jobs.nothing(1).runNow(); return event }`;

/** Counts the rows that a team's object reads and writes from now on. @returns what they are for each of so many things */
async function countRows(team: TestTeam): Promise<(things: number) => { read: number; written: number }> {
  const cursors: { rowsRead: number; rowsWritten: number }[] = [];
  await team.inside((_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    vi.spyOn(storage.sql, "exec").mockImplementation((query, ...bindings) => {
      const cursor = exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    });
  });
  return (things) => ({
    read: cursors.reduce((all, { rowsRead }) => all + rowsRead, 0) / things,
    written: cursors.reduce((all, { rowsWritten }) => all + rowsWritten, 0) / things,
  });
}

/**
 * Rows that the team's object reads and writes for so many events, sent so many at a time, through one plugin, to PostHog.
 * @param isAwaited whether each request is worked on before the next one comes, in an alarm of its own
 */
async function rowsFor(
  perRequest: number,
  source = PLAIN,
  isAwaited = false,
): Promise<{ read: number; written: number }> {
  vi.stubGlobal("fetch", async () => new Response("{}"));
  const team = await TestTeam.create({ posthogHost: "https://posthog.test", posthogApiKey: "phc_x" });
  await team.install(source);
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += perRequest) {
      await team.accept(...Array.from({ length: perRequest }, (_, i) => ({ distinct_id: `p${sent + i}` })));
      if (isAwaited) await team.work();
    }
    await team.work();
  };
  // Once, so that the plugin is set up and what is kept of events is as large as it gets.
  await send(EVENTS);
  const counted = await countRows(team);
  await send(EVENTS);
  return counted(EVENTS);
}

// docs/operations.md counts with these. Whoever makes an event dearer changes both, and says why.
test("an event that comes alone costs no more rows than the page says", async () => {
  const { read, written } = await rowsFor(1);
  expect(written).toBeLessThan(12);
  expect(read).toBeLessThan(35);
});

test("an event that has an alarm to itself costs what the alarm does, too", async () => {
  const { read, written } = await rowsFor(1, PLAIN, true);
  expect(written).toBeLessThan(17.1);
  expect(read).toBeLessThan(95);
});

test("events that come together cost less", async () => {
  const { read, written } = await rowsFor(20);
  expect(written).toBeLessThan(11);
  expect(read).toBeLessThan(30);
});

test("a run of a scheduled task costs no more rows than its page says", async () => {
  const team = await TestTeam.create();
  await team.install("export const runEveryMinute = () => undefined;");
  const RUNS = 50;
  const run = async (minute: number): Promise<void> => {
    vi.setSystemTime(START + minute * 60_000);
    await team.tick(Date.now());
    await team.work();
  };
  await run(1);
  const counted = await countRows(team);
  for (let minute = 2; minute < 2 + RUNS; minute++) await run(minute);
  const { read, written } = counted(RUNS);
  // One of them is that the registry was told what the object has counted, which is once a minute whatever it does.
  expect(written).toBeLessThan(17);
  expect(read).toBeLessThan(100);
});

test("a beat that a run skips costs no more rows than the page of tasks says", async () => {
  const team = await TestTeam.create();
  await team.install("export const runEveryMinute = () => undefined;");
  const BEATS = 20;
  // The run waits: the alarm does not ring.
  await team.tick(START + 60_000);
  const counted = await countRows(team);
  for (let minute = 2; minute < 2 + BEATS; minute++) await team.tick(START + minute * 60_000);
  const { read, written } = counted(BEATS);
  expect(written).toBeLessThan(2.1);
  expect(read).toBeLessThan(20);
});

test("a job costs no more rows than the page says", async () => {
  const [plain, asking] = [await rowsFor(20), await rowsFor(20, ASKS_FOR_JOBS)];
  expect(asking.written - plain.written).toBeLessThan(6);
  expect(asking.read - plain.read).toBeLessThan(20);
});
