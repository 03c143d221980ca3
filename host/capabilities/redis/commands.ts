import type { CacheStore } from "./cache-store.ts";
import { Entries } from "./entries.ts";
import { CACHE_LIMITS } from "./limits.ts";
import { integer, RedisError } from "./redis-error.ts";

/** A Redis command as Upstash's client sends it: name, then arguments. */
export type RedisCommand = readonly (string | number)[];
export type RedisValue = string | number | string[] | null;
export type RedisReply = { result: RedisValue } | { error: string };
/** Runs commands in their order and answers each. Rejects when the end as a whole fails. */
export type RunCommands = (commands: RedisCommand[]) => Promise<RedisReply[]>;

interface Command {
  /** How few and how many arguments it takes. */
  takes: readonly [least: number, most: number];
  run(entries: Entries, args: string[]): RedisValue;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  get: { takes: [1, 1], run: (entries, [key = ""]) => entries.text(key) ?? null },

  set: {
    takes: [2, Number.POSITIVE_INFINITY],
    run(entries, [key = "", value = "", ...options]) {
      entries.write(key, value, expiryOption(entries, options));
      return "OK";
    },
  },

  incr: {
    takes: [1, 1],
    run(entries, [key = ""]) {
      const next = integer(entries.text(key) ?? "0") + 1n;
      if (BigInt.asIntN(64, next) !== next) throw new RedisError("ERR increment or decrement would overflow");
      entries.rewrite(key, String(next));
      return Number(next);
    },
  },

  del: {
    takes: [1, Number.POSITIVE_INFINITY],
    run: (entries, keys) => keys.filter((key) => entries.remove(key)).length,
  },

  expire: {
    takes: [2, 2],
    run(entries, [key = "", seconds = ""]) {
      const ttl = integer(seconds);
      const entry = entries.live(key);
      if (!entry) return 0;
      if (ttl <= 0n) entries.remove(key);
      else entries.write(key, entry.value, entries.after(ttl, "expire"));
      return 1;
    },
  },

  lpush: {
    takes: [2, Number.POSITIVE_INFINITY],
    run(entries, [key = "", ...elements]) {
      const list = [...elements.toReversed(), ...entries.list(key)];
      entries.writeList(key, list);
      return list.length;
    },
  },

  lrange: {
    takes: [3, 3],
    run(entries, [key = "", start = "", stop = ""]) {
      const [first, last] = [Number(integer(start)), Number(integer(stop))];
      const list = entries.list(key);
      const fromHead = (index: number): number => Math.max(0, index < 0 ? list.length + index : index);
      return last < -list.length ? [] : list.slice(fromHead(first), fromHead(last) + 1);
    },
  },

  llen: { takes: [1, 1], run: (entries, [key = ""]) => entries.list(key).length },

  lpop: {
    takes: [1, 2],
    run(entries, [key = "", count]) {
      const many = count === undefined ? 1 : popCount(count);
      const list = entries.list(key);
      if (list.length === 0) return null;
      if (many > 0) entries.writeList(key, list.slice(many));
      return count === undefined ? (list[0] ?? null) : list.slice(0, many);
    },
  },

  lrem: {
    takes: [3, 3],
    run(entries, [key = "", count = "", element = ""]) {
      const limit = Number(integer(count));
      const list = entries.list(key);
      const order = limit < 0 ? list.toReversed() : list;
      let left = limit === 0 ? Number.POSITIVE_INFINITY : Math.abs(limit);
      const kept = order.filter((item) => item !== element || left-- <= 0);
      const removed = list.length - kept.length;
      if (removed > 0) entries.writeList(key, limit < 0 ? kept.toReversed() : kept);
      return removed;
    },
  },
};

/**
 * Runs Redis commands on an embedded store: the same commands, answers and error texts as a Redis server, for what
 * `meta.cache` needs. A list, and what all answers come to, are bounded by `CACHE_LIMITS`.
 * @param now milliseconds since the epoch
 */
export function runCommands(store: CacheStore, commands: readonly RedisCommand[], now: number): RedisReply[] {
  const entries = new Entries(store, now);
  let left: number = CACHE_LIMITS.replies;
  return commands.map((command) => {
    try {
      if (left <= 0) throw new RedisError(`ERR the answers to one pipeline exceed ${CACHE_LIMITS.replies} characters`);
      const result = runCommand(entries, command);
      left -= sizeOf(result);
      return { result };
    } catch (error) {
      if (error instanceof RedisError) return { error: error.message };
      throw error;
    }
  });
}

function runCommand(entries: Entries, [name, ...args]: RedisCommand): RedisValue {
  const verb = String(name).toLowerCase();
  const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (!command) throw new RedisError(`ERR unknown command '${String(name)}'`);
  const [least, most] = command.takes;
  if (args.length < least || args.length > most)
    throw new RedisError(`ERR wrong number of arguments for '${verb}' command`);
  return command.run(entries, args.map(String));
}

/** SET's only option here: `EX seconds`. */
function expiryOption(entries: Entries, [option, seconds, ...rest]: string[]): number | null {
  if (option === undefined) return null;
  if (option.toLowerCase() !== "ex" || seconds === undefined || rest.length > 0)
    throw new RedisError("ERR syntax error");
  return entries.after(integer(seconds), "set");
}

function popCount(text: string): number {
  try {
    const count = Number(integer(text));
    if (count >= 0) return count;
  } catch (error) {
    if (!(error instanceof RedisError)) throw error;
  }
  throw new RedisError("ERR value is out of range, must be positive");
}

/** About the memory of an answer, in characters. */
function sizeOf(result: RedisValue): number {
  if (Array.isArray(result)) return result.reduce((sum, element) => sum + element.length + ELEMENT_OVERHEAD, 0);
  return typeof result === "string" ? result.length : 0;
}

const ELEMENT_OVERHEAD = 8;
