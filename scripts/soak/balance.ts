import type { Answer } from "../../cli/server/api.ts";
import type { Run } from "./github.ts";
import type { Sent } from "./traffic.ts";

const MINUTE = 60_000;
/**
 * Bytes that workerd may grow by, to begin with and in each minute. Locally it keeps some 100 KB of each request, whatever that does, until V8 has
 * use for the room.
 */
const MAX_GROWTH = 256 * 1024 * 1024;
const MAX_GROWTH_OF_MINUTE = 128 * 1024 * 1024;
/** Events that a problem names. */
const NAMED = 3;

/** The name of what the example captures. */
export const CAPTURED = "github metrics";

/** An event as PostHog got it. */
export interface Delivered {
  uuid: string;
  event: string;
  properties: Readonly<Record<string, unknown>>;
}

/** What was seen of a server while it ran, from outside. */
export interface Observed {
  /** The minutes that began meanwhile: their first milliseconds since the epoch. */
  minutes: readonly number[];
  runs: readonly Run[];
  sent: Readonly<Sent>;
  delivered: readonly Delivered[];
  /** What the server itself says has become of the events. */
  ledger: Answer<"GET", "/api/teams/{id}/ledger">;
  /** What the server printed. */
  output: string;
  /** How it ended when it was told to. */
  exitCode: number | null;
  /** Bytes of workerd. */
  memory: { start: number; end: number };
}

/** What is off, one sentence each; nothing when every minute, run and event is accounted for. */
export function problemsOf(observed: Observed): string[] {
  return [
    ...minuteProblems(observed),
    ...captureProblems(observed),
    ...clientProblems(observed),
    ...ledgerProblems(observed),
    ...serverProblems(observed),
  ];
}

/** The runs that began in a minute. */
export const runsIn = (minute: number, runs: readonly Run[]): Run[] =>
  runs.filter(({ from }) => from >= minute && from < minute + MINUTE);

/** The most runs that were under way at a time. */
export function mostAtOnce(runs: readonly Run[]): number {
  return Math.max(0, ...runs.map(({ from }) => runs.filter((run) => run.from <= from && from < run.until).length));
}

function minuteProblems({ minutes, runs }: Observed): string[] {
  const counted = minutes.map((minute) => ({ minute, found: runsIn(minute, runs) }));
  const others = runs.filter((run) => !counted.some(({ found }) => found.includes(run)));
  const atOnce = mostAtOnce(runs);
  return [
    ...counted.flatMap(({ minute, found }) =>
      found.length === 1 ? [] : [`${clockOf(minute)} had ${found.length} runs instead of one`],
    ),
    ...others.map(({ number, from }) => `run ${number} began at ${clockOf(from)}, when none was due`),
    ...(atOnce > 1 ? [`${atOnce} runs were under way at once`] : []),
  ];
}

function captureProblems({ runs, delivered }: Observed): string[] {
  const captured = delivered.filter(({ event }) => event === CAPTURED).map(({ properties }) => properties["stars"]);
  const numbers = new Set<unknown>(runs.map(({ number }) => number));
  const others = captured.filter((stars) => !numbers.has(stars));
  return [
    ...runs.flatMap(({ number }) => {
      const times = captured.filter((stars) => stars === number).length;
      return times === 1 ? [] : [`run ${number} led to ${times} events instead of one`];
    }),
    ...(others.length > 0 ? [`${others.length} captured events are of no run`] : []),
  ];
}

function clientProblems({ sent: { accepted, refused }, delivered }: Observed): string[] {
  const arrived = new Map<string, number>();
  for (const { uuid, event } of delivered) if (event !== CAPTURED) arrived.set(uuid, (arrived.get(uuid) ?? 0) + 1);
  const known = new Set(accepted);
  return [
    ...(accepted.length === 0 ? ["no event of a client was accepted"] : []),
    ...(refused.length > 0 ? [`${refused.length} requests were refused, the first one so: ${refused[0]}`] : []),
    ...about(
      "accepted events did not arrive",
      accepted.filter((uuid) => !arrived.has(uuid)),
    ),
    ...about(
      "events arrived more than once",
      [...arrived].filter(([, times]) => times > 1).map(([uuid]) => uuid),
    ),
    ...about(
      "events arrived that were not accepted",
      [...arrived.keys()].filter((uuid) => !known.has(uuid)),
    ),
  ];
}

function ledgerProblems({ ledger, sent, runs }: Observed): string[] {
  const expected = {
    accepted: sent.accepted.length,
    created: runs.length,
    delivered: sent.accepted.length + runs.length,
    dropped: 0,
    dead: 0,
    rejected: 0,
  };
  const { inbox, outbox } = ledger.in_flight;
  return [
    ...(["accepted", "created", "delivered", "dropped", "dead", "rejected"] as const).flatMap((name) =>
      ledger[name] === expected[name] ? [] : [`the ledger has ${ledger[name]} ${name}, and not ${expected[name]}`],
    ),
    ...(inbox + outbox > 0 ? [`the ledger has ${inbox} events in the inbox and ${outbox} in the outbox still`] : []),
    ...(ledger.closes ? [] : ["the ledger does not close"]),
  ];
}

function serverProblems({ output, exitCode, memory: { start, end }, minutes }: Observed): string[] {
  const most = MAX_GROWTH + minutes.length * MAX_GROWTH_OF_MINUTE;
  return [
    ...(output.trim() === "" ? [] : [`the server printed:\n${output.trim()}`]),
    ...(exitCode === 0 ? [] : [`the server ended with exit code ${exitCode}`]),
    ...(end - start > most ? [`workerd grew by ${mib(end - start)}, which is more than ${mib(most)}`] : []),
  ];
}

function about(what: string, uuids: readonly string[]): string[] {
  if (uuids.length === 0) return [];
  return [`${uuids.length} ${what}: ${uuids.slice(0, NAMED).join(", ")}${uuids.length > NAMED ? ", ..." : ""}`];
}

/** The time of day, UTC: `14:02:00`. */
export const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** Bytes for a person to read. */
export const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
