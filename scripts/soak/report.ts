import { CAPTURED, clockOf, mib, mostAtOnce, type Observed, runsIn } from "./balance.ts";

/** What was counted, a line each. */
export function reportOf(observed: Observed): string[] {
  const { minutes, runs, sent, delivered, ledger, output, memory } = observed;
  const captured = delivered.filter(({ event }) => event === CAPTURED).length;
  const { inbox, outbox } = ledger.in_flight;
  const lines: [string, string][] = [
    ["ticks", minutes.map(clockOf).join(", ")],
    [
      "runs of a tick",
      `${minutes.map((minute) => runsIn(minute, runs).length).join(", ")}; at once ${mostAtOnce(runs)}`,
    ],
    ["events of the plugin", `${captured} arrived of ${runs.length} runs`],
    ["events of clients", `${delivered.length - captured} arrived of ${sent.accepted.length} accepted`],
    [
      "ledger",
      `${ledger.accepted} accepted + ${ledger.created} created = ${ledger.delivered} delivered + ${ledger.dropped} dropped + ${ledger.dead} dead + ${inbox + outbox} in flight`,
    ],
    ["printed by the server", output.trim() === "" ? "nothing" : `${output.trim().split("\n").length} lines`],
    ["memory of workerd", `${mib(memory.start)} at the start, ${mib(memory.end)} at the end`],
  ];
  return lines.map(([name, value]) => `${name.padEnd(23)}${value}`);
}
