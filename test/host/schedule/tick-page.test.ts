import { afterEach, expect, test, vi } from "vitest";

import type { DueTeam, NextTask } from "../../../host/schedule/due-team.ts";
import { tickPage } from "../../../host/schedule/tick-page.ts";
import { muteErrors } from "../team/test-team.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEAT = 1_000 * HOUR;

afterEach(() => {
  vi.useRealTimers();
});

/** A page of teams with these ids. */
const pageOf = (...ids: number[]) => ids.map((id) => ({ id, since: BEAT }));

test("teams that do not answer hold no other up, and are asked again", async () => {
  const errors = muteErrors();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const noted: NextTask[] = [];
  const stuck = Array.from({ length: 50 }, (_, i) => i + 1);
  const ticked = Promise.withResolvers<void>();
  const tickTeam = ({ id }: DueTeam): Promise<number> => {
    if (id <= stuck.length) return new Promise(() => undefined);
    ticked.resolve();
    return Promise.resolve(BEAT + HOUR);
  };
  const note = async (next: readonly NextTask[]) => void noted.push(...next);
  const ticking = tickPage({ tickTeam, note }, BEAT, pageOf(...stuck, 51));
  await vi.runAllTimersAsync();
  await ticked.promise;
  await ticking;
  expect(noted).toEqual([{ id: 51, since: BEAT, dueAt: BEAT + HOUR }]);
  expect(errors).toHaveBeenCalledTimes(50);
  expect(errors).toHaveBeenCalledWith(expect.stringContaining("team 50 could not be ticked"));
  errors.mockRestore();
});

test("a team is left alone until its next task; one that is due at the next beat is not", async () => {
  const due = [BEAT + MINUTE, BEAT + 2 * MINUTE, null];
  const noted: NextTask[] = [];
  await tickPage(
    {
      tickTeam: async ({ id }) => due[id] ?? null,
      note: async (next) => void noted.push(...next),
    },
    BEAT,
    pageOf(0, 1, 2),
  );
  expect(noted.map(({ id, dueAt }) => [id, dueAt])).toEqual([
    [1, BEAT + 2 * MINUTE],
    [2, null],
  ]);
});
