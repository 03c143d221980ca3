import { HostError } from "../../../runtime/host-error.ts";
import type { Capabilities } from "../../../wit/generated/contract.ts";
import type { Egress } from "../../capabilities/egress.ts";
import { mockOf } from "../../cases/mock-of.ts";
import type { Json, JsonObject } from "../../event.ts";
import { FirstReads } from "./first-reads.ts";

/** Characters of what one call was answered that are held until it has ended. */
const MAX_HELD = 200_000;

/** What a call was answered, as a case says it. */
export interface Answers {
  /** In the order in which the requests were sent; undefined for one that has not ended. */
  mockFetch: (JsonObject | undefined)[];
  geoip: JsonObject;
  storage: FirstReads;
  cache: FirstReads;
  /** What of it a case cannot say. */
  missing: string[];
}

/** Holds what the outside answers to the call in hand, in case that it fails. */
export class Recorder {
  #answers = noAnswers();
  #left = MAX_HELD;
  #isFresh = true;

  /** Starts anew: what the last call was answered is forgotten. */
  begin(): void {
    if (!this.#isFresh) this.take();
  }

  /** What has been answered since. */
  get answers(): Answers {
    return this.#answers;
  }

  /** The same, for who wants to hold on to it. */
  take(): Answers {
    const answers = this.#answers;
    this.#answers = noAnswers();
    this.#left = MAX_HELD;
    this.#isFresh = true;
    return answers;
  }

  /** To be written to. */
  get #open(): Answers {
    this.#isFresh = false;
    return this.#answers;
  }

  /** The way out of a plugin, with an eye on it. */
  watch(egress: Pick<Egress, "send">): Pick<Egress, "send"> {
    return {
      send: async (request, route, cancelled) => {
        const answers = this.#open;
        const place = answers.mockFetch.push(undefined) - 1;
        const end = (ended: Parameters<typeof mockOf>[1], size: number): void => {
          if (this.#reserve(answers, size + request.url.length)) answers.mockFetch[place] = mockOf(request, ended);
        };
        try {
          const response = await egress.send(request, route, cancelled);
          end(response, response.body.byteLength);
          return response;
        } catch (error) {
          if (error instanceof HostError) end(error, error.message.length);
          throw error;
        }
      },
    };
  }

  /** The capabilities with an eye on what they answer. */
  around(capabilities: Partial<Capabilities>): Partial<Capabilities> {
    const { storage, cache, geoip } = capabilities;
    return {
      ...capabilities,
      ...(storage && { storage: this.#storage(storage) }),
      ...(cache && { cache: this.#cache(cache) }),
      ...(geoip && { geoip: this.#geoip(geoip) }),
    };
  }

  #storage(storage: Capabilities["storage"]): Capabilities["storage"] {
    return {
      ...storage,
      get: (key) => this.#note("storage", key, storage.get(key), (reads, text) => reads.text(key, text)),
      set: (key, value) => this.#note("storage", key, storage.set(key, value)),
      del: (key) => this.#note("storage", key, storage.del(key)),
      // Whether there was a number is told by the next answer, which is as it is either way.
      cursorIncrement: (key, by) =>
        this.#note("storage", key, storage.cursorIncrement(key, by), (reads, now) => reads.number(key, now - by)),
    };
  }

  #cache(cache: Capabilities["cache"]): Capabilities["cache"] {
    return {
      get: (key) => this.#note("cache", key, cache.get(key), (reads, text) => reads.text(key, text)),
      set: (key, value, ttl) => this.#note("cache", key, cache.set(key, value, ttl)),
      incr: (key) => this.#note("cache", key, cache.incr(key), (reads, now) => reads.number(key, now - 1)),
      expire: (key, ttl) =>
        this.#note("cache", key, cache.expire(key, ttl), (reads, isThere) => reads.exists(key, isThere)),
      lpush: (key, elements) =>
        this.#note("cache", key, cache.lpush(key, elements), (reads, now) => reads.length(key, now - elements.length)),
      lrange: (key, start, stop) =>
        this.#note("cache", key, cache.lrange(key, start, stop), (reads, found) =>
          reads.list(key, found, start === 0 && stop === -1),
        ),
      llen: (key) => this.#note("cache", key, cache.llen(key), (reads, length) => reads.length(key, length)),
      lpop: (key, count) =>
        this.#note("cache", key, cache.lpop(key, count), (reads, found) =>
          reads.list(key, found, found.length < (count ?? 1)),
        ),
      lrem: (key, count, element) =>
        this.#note("cache", key, cache.lrem(key, count, element), (reads, removed) =>
          reads.list(key, Array<string>(removed).fill(element), false),
        ),
    };
  }

  #geoip({ locate }: Capabilities["geoip"]): Capabilities["geoip"] {
    return {
      locate: async (ip) => {
        const answers = this.#open;
        try {
          const json = await locate(ip);
          if (this.#reserve(answers, ip.length + (json?.length ?? 0)))
            answers.geoip = Object.fromEntries([
              ...Object.entries(answers.geoip),
              [ip, json === undefined ? null : (JSON.parse(json) as Json)],
            ]);
          return json;
        } catch (error) {
          answers.missing.push("meta.geoip failed, which a case cannot say");
          throw error;
        }
      },
    };
  }

  /** Takes note of the first answer about a key: what comes later follows from it, and from what the plugin wrote. */
  async #note<Found>(
    kind: "storage" | "cache",
    key: string,
    answered: Promise<Found>,
    note: (reads: FirstReads, found: Found) => void = () => undefined,
  ): Promise<Found> {
    const answers = this.#open;
    const isFirst = answers[kind].touch(key);
    try {
      const found = await answered;
      if (isFirst && this.#reserve(answers, key.length + sizeOf(found))) note(answers[kind], found);
      return found;
    } catch (error) {
      answers.missing.push(`meta.${kind} failed, which a case cannot say`);
      throw error;
    }
  }

  /** Whether there is room for so many characters. Without it all that was held is given up. */
  #reserve(answers: Answers, size: number): boolean {
    if (answers !== this.#answers || this.#left < 0) return false;
    // Even what is empty takes room.
    this.#left -= size + 50;
    if (this.#left >= 0) return true;
    this.#answers = { ...noAnswers(), missing: [`it was answered more than ${MAX_HELD} characters`] };
    return false;
  }
}

function noAnswers(): Answers {
  return { mockFetch: [], geoip: {}, storage: new FirstReads("storage"), cache: new FirstReads("cache"), missing: [] };
}

function sizeOf(found: unknown): number {
  if (typeof found === "string") return found.length;
  return Array.isArray(found) ? found.reduce((sum: number, text) => sum + String(text).length, 0) : 10;
}
