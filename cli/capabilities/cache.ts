import { provideCache } from "../../host/capabilities/cache.ts";
import type { CacheEntry } from "../../host/capabilities/redis/cache-store.ts";
import { connectRedis } from "../../host/capabilities/redis/client.ts";
import { runCommands } from "../../host/capabilities/redis/commands.ts";
import type { RedisCommand, RedisReply } from "../../host/capabilities/redis/commands.ts";
import type { Json } from "../../host/event.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { Clock } from "../run/clock.ts";

/** The embedded cache in memory, behind the same client and commands as in production. */
export class MemoryCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, CacheEntry>();
  readonly #ttls = new Map<string, number>();
  /** Initial arrays: a value or a Redis list, which the first command on them tells. */
  readonly #arrays = new Map<string, Json[]>();

  constructor(clock: Clock, initial: Readonly<Record<string, Json>>) {
    this.#clock = clock;
    for (const [key, value] of Object.entries(initial))
      if (Array.isArray(value)) this.#arrays.set(key, value);
      else this.#entries.set(key, { value: JSON.stringify(value), expiresAt: null });
  }

  provide(): Capabilities["cache"] {
    return provideCache(connectRedis({ run: async (commands) => commands.map((command) => this.#run(command)) }), "");
  }

  delete(key: string): void {
    this.#run(["DEL", key]);
  }

  /** What is there now, lists as arrays, and how long it was last set to live, in seconds. */
  contents(): { cache: Record<string, Json>; cacheTtl: Record<string, number> } {
    for (const key of this.#arrays.keys()) this.#decide(key, false);
    const now = this.#clock.now();
    const live = [...this.#entries].filter(([, { expiresAt }]) => expiresAt === null || expiresAt > now);
    return {
      cache: Object.fromEntries(live.map(([key, { value }]) => [key, toJson(value)])),
      cacheTtl: Object.fromEntries(
        live.flatMap(([key]) => (this.#ttls.has(key) ? [[key, this.#ttls.get(key) ?? 0]] : [])),
      ),
    };
  }

  #run(command: RedisCommand): RedisReply {
    const [name, key, ...rest] = command.map(String);
    if (name === undefined || key === undefined) return { error: "ERR wrong number of arguments" };
    const verb = name.toUpperCase();
    this.#decide(key, verb.startsWith("L"));
    const [reply = { error: "ERR no reply" }] = runCommands(this.#entries, [command], this.#clock.now());
    if (!("error" in reply)) this.#noteTtl(verb, key, rest);
    return reply;
  }

  #noteTtl(verb: string, key: string, [first, ...options]: string[]): void {
    if (!this.#entries.has(key) || verb === "SET") this.#ttls.delete(key);
    const ex = options.findIndex((option) => option.toUpperCase() === "EX");
    const seconds = verb === "EXPIRE" ? first : verb === "SET" && ex >= 0 ? options[ex + 1] : undefined;
    if (seconds !== undefined && this.#entries.has(key)) this.#ttls.set(key, Number(seconds));
  }

  #decide(key: string, isList: boolean): void {
    const array = this.#arrays.get(key);
    if (!array) return;
    this.#arrays.delete(key);
    const texts = array.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
    this.#entries.set(key, { value: isList ? texts : JSON.stringify(array), expiresAt: null });
  }
}

/** A cached text as the plugin would get it back; text that is no JSON stays as it is. */
function toJson(value: CacheEntry["value"]): Json {
  if (Array.isArray(value)) return value;
  if (value === "") return null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
