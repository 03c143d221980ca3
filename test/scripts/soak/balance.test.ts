import { expect, test } from "vitest";

import { type Observed, problemsOf } from "../../../scripts/soak/balance.ts";
import { reportOf } from "../../../scripts/soak/report.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 1, 12);
const UUIDS = ["a", "b", "c", "d"];

const run = (number: number, from: number, until = from + 3000) => ({ number, from, until });
const captured = (stars: unknown) => ({ uuid: `of ${String(stars)}`, event: "github metrics", properties: { stars } });
const sent = (uuid: string) => ({ uuid, event: "soak", properties: {} });

/** Three minutes in which all went well. */
const GOOD: Observed = {
  minutes: [NOON, NOON + MINUTE, NOON + 2 * MINUTE],
  runs: [run(1, NOON + 20), run(2, NOON + MINUTE + 900), run(3, NOON + 2 * MINUTE)],
  sent: { accepted: UUIDS, refused: [] },
  delivered: [...UUIDS.map(sent), captured(1), captured(2), captured(3)],
  ledger: {
    accepted: 4,
    created: 3,
    delivered: 7,
    dropped: 0,
    dropped_by: [],
    dead: 0,
    rejected: 0,
    in_flight: { inbox: 0, outbox: 0 },
    closes: true,
  },
  output: "\n",
  exitCode: 0,
  memory: { start: 200 * 2 ** 20, end: 300 * 2 ** 20 },
};

test("nothing is off when every minute, run and event is accounted for", () => {
  expect(problemsOf(GOOD)).toEqual([]);
  expect(reportOf(GOOD)).toEqual([
    "ticks                  12:00:00, 12:01:00, 12:02:00",
    "runs of a tick         1, 1, 1; at once 1",
    "events of the plugin   3 arrived of 3 runs",
    "events of clients      4 arrived of 4 accepted",
    "ledger                 4 accepted + 3 created = 7 delivered + 0 dropped + 0 dead + 0 in flight",
    "printed by the server  nothing",
    "memory of workerd      200 MiB at the start, 300 MiB at the end",
  ]);
});

const without = <Item>(items: readonly Item[], index: number): Item[] => items.filter((_, at) => at !== index);
const ledger = (changed: Partial<Observed["ledger"]>): Partial<Observed> => ({
  ledger: { ...GOOD.ledger, ...changed },
});

test.each<[string, Partial<Observed>]>([
  ["12:01:00 had 0 runs instead of one", { runs: without(GOOD.runs, 1) }],
  ["12:01:00 had 2 runs instead of one", { runs: [...GOOD.runs, run(4, NOON + MINUTE + 5000)] }],
  ["run 4 began at 12:03:01, when none was due", { runs: [...GOOD.runs, run(4, NOON + 3 * MINUTE + 1000)] }],
  ["2 runs were under way at once", { runs: [run(1, NOON, NOON + MINUTE + 1000), ...GOOD.runs.slice(1)] }],
  ["3 runs were under way at once", { runs: GOOD.runs.map((each) => ({ ...each, until: Number.POSITIVE_INFINITY })) }],
  ["run 2 led to 0 events instead of one", { delivered: without(GOOD.delivered, 5) }],
  ["run 2 led to 2 events instead of one", { delivered: [...GOOD.delivered, captured(2)] }],
  ["1 captured events are of no run", { delivered: [...GOOD.delivered, captured(undefined)] }],
  ["no event of a client was accepted", { sent: { accepted: [], refused: [] } }],
  ["2 requests were refused, the first one so: 503 busy", { sent: { accepted: UUIDS, refused: ["503 busy", "x"] } }],
  ["1 accepted events did not arrive: b", { delivered: without(GOOD.delivered, 1) }],
  ["4 accepted events did not arrive: a, b, c, ...", { delivered: GOOD.delivered.slice(4) }],
  ["1 events arrived more than once: a", { delivered: [...GOOD.delivered, sent("a")] }],
  ["1 events arrived that were not accepted: z", { delivered: [...GOOD.delivered, sent("z")] }],
  ["the ledger has 5 accepted, and not 4", ledger({ accepted: 5 })],
  ["the ledger has 2 created, and not 3", ledger({ created: 2 })],
  ["the ledger has 6 delivered, and not 7", ledger({ delivered: 6 })],
  ["the ledger has 1 dropped, and not 0", ledger({ dropped: 1 })],
  ["the ledger has 1 dead, and not 0", ledger({ dead: 1 })],
  ["the ledger has 1 rejected, and not 0", ledger({ rejected: 1 })],
  ["the ledger has 1 events in the inbox and 0 in the outbox still", ledger({ in_flight: { inbox: 1, outbox: 0 } })],
  ["the ledger does not close", ledger({ closes: false })],
  ["the server printed:\nCron Trigger: Error", { output: "Cron Trigger: Error\n" }],
  ["the server ended with exit code 1", { exitCode: 1 }],
  ["the server ended with exit code null", { exitCode: null }],
  ["workerd grew by 700 MiB", { memory: { start: 0, end: 700 * 2 ** 20 } }],
])("%s", (problem, changed) => {
  expect(problemsOf({ ...GOOD, ...changed })).toContainEqual(expect.stringContaining(problem));
});
