import { describeError } from "../../describe-error.ts";
import type { Env } from "../../env.ts";
import type { Team } from "../../store/teams.ts";
import type { TeamAddress } from "../../team/facts.ts";
import type { KeptLogEntry } from "../../team/insight/log.ts";
import type { LogFilter } from "../../team/insight/log-filter.ts";
import type { TailedLines } from "../../team/insight/log-tails.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { ApiError } from "../api-error.ts";
import { eventText } from "../event-stream.ts";
import { mergePages } from "../merge-pages.ts";
import { logJson } from "./team-lists-json.ts";

/** How soon a client that was cut off comes again. */
const RETRY_MS = 1000;

/** The log of one shard as it is written, and how much of it the client has. */
interface ShardTail {
  next(): Promise<TailedLines | null>;
  end(): void;
  first: TailedLines;
  /** The last line of the shard that the client is told. */
  told: number;
}

/**
 * The log of a team as a stream of events, from all of its shards.
 * @param limit lines of before, for a client that has none
 * @param lastEventId of a client that comes again: what follows is told. One that makes no sense is as good as none
 * @param signal of a client that has gone
 * @throws {ApiError} 503
 */
export async function tailLogs(
  env: Env,
  team: Team,
  filter: LogFilter,
  limit: number,
  lastEventId: string | null,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const known = cursorIn(lastEventId, team.mostShards);
  const addresses = objectsOf(team);
  const tails: ShardTail[] = [];
  const endAll = (): void => {
    for (const tail of tails) tail.end();
  };
  try {
    for (const address of addresses) tails.push(await openOne(env, address, filter, known?.[address.shard]));
    const before = known || limit === 0 ? "" : await linesBefore(env, addresses, filter, limit, tails);
    signal.addEventListener("abort", endAll);
    return streamOf(tails, `retry: ${RETRY_MS}\n\n${before}`, endAll);
  } catch (error) {
    endAll();
    throw error;
  }
}

async function openOne(env: Env, address: TeamAddress, filter: LogFilter, known?: number): Promise<ShardTail> {
  const tail = await teamStub(env, address).tailLogs(address, filter, known);
  const end = (): void => {
    // To let go of it would not end a call that waits. When nobody hears it, the tail ends with its next beat.
    void tail.end().catch(() => undefined);
    tail[Symbol.dispose]();
  };
  const first = await tail.next();
  if (first) return { next: () => tail.next(), end, first, told: Math.min(known ?? first.upTo, first.upTo) };
  end();
  throw ApiError.unavailable("The team's object was about to go. Try again.");
}

/** Whichever shard has something to tell is next. It ends with the client, or with any of the objects; then the client comes again. */
function streamOf(tails: readonly ShardTail[], start: string, end: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const told = async (tail: ShardTail, lines: Promise<TailedLines | null>) => ({ tail, lines: await lines });
  const coming = new Map(tails.map((tail) => [tail, told(tail, Promise.resolve(tail.first))]));
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(start)),
      async pull(controller) {
        try {
          const { tail, lines } = await Promise.race(coming.values());
          if (lines) {
            coming.set(tail, told(tail, tail.next()));
            return controller.enqueue(encoder.encode(textOf(tails, tail, lines)));
          }
        } catch (error) {
          console.error(`a tail of a log broke off: ${describeError(error)}`);
        }
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** The last lines from before the tails began, oldest first. */
async function linesBefore(
  env: Env,
  addresses: readonly TeamAddress[],
  filter: LogFilter,
  limit: number,
  tails: readonly ShardTail[],
): Promise<string> {
  const ofShards = addresses.map((address, i) => ({ address, tail: tails[i] }));
  const { results } = await mergePages(
    ofShards,
    async ({ address, tail }, query) => {
      const { results: entries, next } = await teamStub(env, address).listLogs(address, query, filter);
      return { results: entries.map((entry) => ({ entry, tail })), next };
    },
    { limit, before: tails.map(({ told }) => told + 1), timeOf: ({ entry }) => entry.at },
  );
  // As long as the client has not got the first of them, it lacks them all.
  for (const { entry, tail } of results) if (tail) tail.told = entry.id - 1;
  return results
    .toReversed()
    .map(({ entry, tail }) => (tail ? lineText(tails, tail, entry) : ""))
    .join("");
}

function textOf(tails: readonly ShardTail[], tail: ShardTail, { entries, leftOut, upTo }: TailedLines): string {
  const skipped = leftOut > 0 ? eventText("left_out", { lines: leftOut }) : "";
  const lines = entries.map((entry) => lineText(tails, tail, entry)).join("");
  tail.told = upTo;
  // The comment keeps the way open.
  return `${skipped}${lines}: \nid: ${idOf(tails)}\n\n`;
}

function lineText(tails: readonly ShardTail[], tail: ShardTail, entry: KeptLogEntry): string {
  tail.told = entry.id;
  return eventText("log", logJson(entry), idOf(tails));
}

/** How far a client is with each shard. */
const idOf = (tails: readonly ShardTail[]): string => tails.map(({ told }) => told).join(",");

function cursorIn(lastEventId: string | null, shards: number): readonly number[] | undefined {
  if (lastEventId === null || !/^\d{1,15}(?:,\d{1,15})*$/.test(lastEventId)) return undefined;
  const cursor = lastEventId.split(",").map(Number);
  return cursor.length === shards ? cursor : undefined;
}
