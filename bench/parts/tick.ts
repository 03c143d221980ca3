import { tickPage } from "../../host/schedule/tick-page.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { TICK_GROUP, tickSubject } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import type { Bench } from "./part.ts";

const MINUTE = 60_000;
const PAGES = [50, 500] as const;

/** Times what a page of teams takes of the invocation that passes a beat on to it: with objects and a registry that answer at once. */
export async function measureTick({ options, progress }: Bench): Promise<Row[]> {
  progress("beats of the Cron Trigger");
  const subjects = PAGES.map((size): Timed<number> => {
    const page = Array.from({ length: size }, (_, i) => ({ id: i + 1, since: 1 }));
    const deps = {
      // Every second team has hourly tasks alone.
      tickTeam: async ({ id }: { id: number }, beat: number) => beat + (id % 2 === 0 ? MINUTE : 60 * MINUTE),
      note: async (next: readonly unknown[]) => void JSON.stringify(next),
    };
    return {
      name: tickSubject(size),
      prepare: (count) => count,
      async run(count) {
        for (let i = 0; i < count; i++) await tickPage(deps, i * MINUTE, page);
      },
    };
  });
  return rowsOf(TICK_GROUP, await timeInRounds(subjects, options));
}
