import { MAX_BATCH_LENGTH } from "../events/batch-length.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { Filler, FollowUps, OpenBatch } from "./follow-ups.ts";

/** An object that a plugin gathered. */
export interface Gathered {
  /** Of the event that was in hand, if it was a single one. */
  uuid: string;
  /** How many `posthog.capture` calls led to it. */
  hops: number;
  json: string;
}

interface Target {
  config: Filler;
  /** The buffer's number. */
  buffer: number;
}

interface Addition extends Target {
  added: Gathered;
  points: number;
  /** Points that a batch may have, unless a single object has more. */
  limit: number;
  /** Milliseconds that the first object of a batch waits for others. */
  waitMs: number;
}

/** What a call has asked of one buffer of its plugin: to take an object, or to be flushed. */
export type BufferRequest = Addition | (Target & { added: null });

/** A request whose object is stored. */
export interface PreparedBufferRequest {
  request: BufferRequest;
  stored: StoredBody;
}

const NOWHERE: StoredBody = { body: null, blobKey: null };

/** The buffers of plugins, each a follow-up that is open until it is full or due. */
export class Buffers {
  readonly #bodies: Bodies;
  readonly #followUps: FollowUps;

  constructor({ bodies, followUps }: { bodies: Bodies; followUps: FollowUps }) {
    this.#bodies = bodies;
    this.#followUps = followUps;
  }

  /** Makes a request ready to be written. */
  async prepare(request: BufferRequest): Promise<PreparedBufferRequest> {
    const { added } = request;
    return { request, stored: added ? await this.#bodies.put(JSON.stringify(added)) : NOWHERE };
  }

  /**
   * Does what was asked for, as part of the caller's transaction.
   * @param now milliseconds since the epoch
   */
  write({ request, stored }: PreparedBufferRequest, now: number): void {
    const { config, buffer } = request;
    if (request.added) this.#add(request, stored, now);
    else this.#followUps.close(config, buffer, now);
  }

  /** PostHog's buffer: a batch is full before an object that would make it too large, and after one that is. */
  #add(addition: Addition, stored: StoredBody, now: number): void {
    const { config, buffer, added, points, limit, waitMs } = addition;
    const { length } = added.json;
    const seq = this.#followUps.keep(stored);
    const open = this.#batchFor(addition, now);
    const total = (open?.points ?? 0) + points;
    if (open) this.#followUps.join({ id: open.id, length: open.length + length, points: total }, seq);
    else {
      const { id: pluginConfigId, revision } = config;
      const batch = { openLength: length, buffer, points, dueAt: now + waitMs };
      this.#followUps.add({ pluginConfigId, revision, function: "flushBuffer", ...batch }, seq);
    }
    if (total > limit) this.#followUps.close(config, buffer, now);
  }

  /** The batch that has room for an object. One that has none takes no more. */
  #batchFor({ config, buffer, added, points, limit }: Addition, now: number): OpenBatch | undefined {
    const open = this.#followUps.openBatch(config, buffer);
    if (!open) return undefined;
    const isFull =
      (open.points > 0 && open.points + points > limit) || open.length + added.json.length > MAX_BATCH_LENGTH;
    if (!isFull) return open;
    this.#followUps.close(config, buffer, now);
    return undefined;
  }
}
