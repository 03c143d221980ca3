import { Hono } from "hono";
import { apiRoutes } from "../../../host/api/routes.ts";
import type { Env } from "../../../host/env.ts";
import type { JsonObject } from "../../../host/event.ts";
import { env } from "./client.ts";

const app = new Hono<{ Bindings: Env }>().route("/", apiRoutes());

export interface TailEvent {
  id: string | undefined;
  name: string;
  data: JsonObject;
}

/** An answer of the API that goes on, as a client reads it. */
export class Tail {
  readonly response: Response;
  /** What the client would send to go on where it was. */
  lastEventId: string | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(response: Response) {
    this.response = response;
    if (!response.body) throw new Error("the answer has no body");
    this.#reader = response.body.getReader();
  }

  /** The next event; undefined at the end. */
  async next(): Promise<TailEvent | undefined> {
    for (;;) {
      const block = await this.#block();
      if (block === undefined) return undefined;
      const [, id] = /^id: (.*)$/m.exec(block) ?? [];
      const [, name] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data = "null"] = /^data: (.*)$/m.exec(block) ?? [];
      if (id !== undefined) this.lastEventId = id;
      if (name !== undefined) return { id, name, data: JSON.parse(data) as JsonObject };
    }
  }

  /** The messages of so many lines. */
  async messages(count: number): Promise<unknown[]> {
    const found: unknown[] = [];
    while (found.length < count) {
      const event = await this.next();
      if (event === undefined) break;
      found.push(event.name === "log" ? event.data["message"] : event);
    }
    return found;
  }

  /** Goes away. */
  end(): Promise<void> {
    return this.#reader.cancel();
  }

  async #block(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += this.#decoder.decode(value, { stream: true });
    }
  }
}

/** Asks the API for events, as the operator when no token is given. */
export async function openTail(path: string, options: { lastEventId?: string; token?: string } = {}): Promise<Tail> {
  const headers = new Headers({
    Accept: "text/event-stream",
    Authorization: `Bearer ${options.token ?? "test-token"}`,
  });
  if (options.lastEventId !== undefined) headers.set("Last-Event-ID", options.lastEventId);
  return new Tail(await app.request(`https://hoglet.test${path}`, { headers }, env));
}
