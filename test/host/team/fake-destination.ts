import { vi } from "vitest";

import type { JsonObject } from "../../../host/event.ts";

/** A batch as PostHog got it. */
export interface ReceivedBatch {
  url: string;
  api_key: string;
  sent_at: string;
  batch: JsonObject[];
}

/** What to answer to a batch: a status, a response, or an error of the network. */
export type Answer = number | Response | Error;

export const POSTHOG_HOST = "https://posthog.test";

/** Stands for PostHog: every `fetch` of the test goes to it. */
export class FakeDestination {
  /** Every batch that came, refused or not. */
  readonly batches: ReceivedBatch[] = [];
  /** Decides on a batch; 200 by default. */
  answer: (batch: ReceivedBatch) => Answer | Promise<Answer> = () => 200;
  readonly #accepted: JsonObject[] = [];

  constructor() {
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.#receive(url, init));
  }

  /** The events of the batches that were taken, in order, repeats included. */
  get events(): JsonObject[] {
    return this.#accepted;
  }

  get eventNames(): unknown[] {
    return this.#accepted.map(({ event }) => event);
  }

  async #receive(url: string, init: RequestInit): Promise<Response> {
    const bytes = new Response(init.body as ArrayBuffer).body?.pipeThrough(new DecompressionStream("gzip"));
    const body = await new Response(bytes ?? null).json<Omit<ReceivedBatch, "url">>();
    const received = { url, ...body };
    this.batches.push(received);
    const answer = await this.answer(received);
    if (answer instanceof Error) throw answer;
    const response = typeof answer === "number" ? Response.json({ status: answer }, { status: answer }) : answer;
    if (response.ok) this.#accepted.push(...received.batch);
    return response;
  }
}
