import { quantile } from "./spread.ts";

/** Something to be timed: everything that `run` needs and that is not to be timed is made by `prepare`. */
export interface Timed<T = unknown> {
  name: string;
  /** Makes ready for so many runs. */
  prepare(count: number): T | Promise<T>;
  run(prepared: T): void | Promise<void>;
  /** What `run` does even without any runs, such as a request over HTTP: what this takes is taken off. */
  idle?(): Promise<void>;
}

export interface RoundsOptions {
  rounds: number;
  /** How long the runs of one subject in one round should take together: milliseconds. */
  batchMs: number;
  /** How long each subject is warmed up: milliseconds. */
  warmUpMs: number;
}

interface Batches {
  subject: Timed;
  /** Milliseconds that a batch should take. */
  wantedMs: number;
  /** Runs in the next batch. */
  count: number;
  samples: { ms: number; count: number }[];
  idle: number[];
}

/** Batches of a subject that does something even without runs are longer by this factor, so that it hardly matters. */
const IDLE_FACTOR = 5;
/** Runs in a batch at most: what is prepared for them lies in memory. */
const MAX_BATCH = 2000;

/**
 * Times subjects in turn, round after round, so that what else the machine does hits all of them alike.
 * @returns microseconds of one run of each, round by round, by name
 */
export async function timeInRounds(subjects: readonly Timed[], options: RoundsOptions): Promise<Map<string, number[]>> {
  const all: Batches[] = [];
  for (const subject of subjects) all.push(await warmUp(subject, options));
  for (let round = 0; round < options.rounds; round++) {
    // Whoever comes first finds other caches than whoever comes last.
    const first = round % all.length;
    for (const batches of [...all.slice(first), ...all.slice(0, first)]) await sample(batches);
  }
  return new Map(all.map((batches) => [batches.subject.name, runsOf(batches)]));
}

/** Runs a subject until it is as fast as it gets, and finds how many runs make a batch. */
async function warmUp(subject: Timed, { warmUpMs, batchMs }: RoundsOptions): Promise<Batches> {
  const wantedMs = subject.idle ? batchMs * IDLE_FACTOR : batchMs;
  const start = performance.now();
  let count = 1;
  // What else the machine does makes a batch slower, and never faster.
  let fastest = Number.POSITIVE_INFINITY;
  let isGrowing = true;
  while (isGrowing || performance.now() - start < warmUpMs) {
    fastest = Math.min(fastest, (await timeBatch(subject, count)) / count);
    const next = Math.max(1, Math.min(MAX_BATCH, Math.round(wantedMs / fastest), count * 4));
    isGrowing = next >= count * 2;
    count = next;
  }
  return { subject, wantedMs, count, samples: [], idle: [] };
}

/** Times one batch. The next is larger if the machine was busy when the size of batches was found, and is not any more. */
async function sample(batches: Batches): Promise<void> {
  const { subject, wantedMs, count } = batches;
  const ms = await timeBatch(subject, count);
  batches.samples.push({ ms, count });
  if (subject.idle) batches.idle.push(await timeOf(() => subject.idle?.()));
  if (ms < wantedMs / 2) batches.count = Math.min(MAX_BATCH, count * 2);
}

/** Microseconds of one run in each batch. */
function runsOf({ samples, idle }: Batches): number[] {
  const usualIdle = idle.length > 0 ? quantile(idle, 0.5) : 0;
  return samples.map(({ ms, count }) => (Math.max(0, ms - usualIdle) * 1000) / count);
}

/** @returns milliseconds */
async function timeBatch(subject: Timed, count: number): Promise<number> {
  const prepared = await subject.prepare(count);
  return timeOf(() => subject.run(prepared));
}

/** @returns milliseconds */
async function timeOf(run: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
