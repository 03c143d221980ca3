import { isObject } from "../../host/is-object.ts";
import { ApiError } from "../errors.ts";
import type { Answer, ApiPath, Asked, Item, ListPath, MethodOf, Progress, SentLast } from "./api.ts";
import { jsonOf } from "./json.ts";
import { refusal, refusalIn } from "./refusal.ts";

const DECODER = () => new TextDecoderStream();

/** One event of a stream. */
export interface ServerEvent {
  name: string;
  /** Undefined when it only keeps the way open. */
  data: unknown;
  /** What a client that was cut off asks to go on after. */
  id?: string;
}

/** A step of an answer that takes its time. */
export type Step<Result> = { name: "progress"; data: Progress } | { name: "result"; data: Result };

/** Any request's: what the types of the API have made sure of. */
interface Parts {
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: object;
}

interface SendOptions {
  body?: object | undefined;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

interface ListenOptions {
  /** What the events follow. */
  lastEventId?: string | undefined;
  /** Ends it. */
  signal?: AbortSignal;
}

/**
 * The way to the admin API of a Hoglet server, whose declarations say what is sent and answered. Every method throws ApiError that says in
 * words what the server refused.
 */
export class ServerClient {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = new URL(base);
    this.#token = token;
  }

  async request<Method extends MethodOf<Path>, Path extends ApiPath>(
    method: Method,
    path: Path,
    ...[sent]: SentLast<Method, Path>
  ): Promise<Answer<Method, Path>> {
    return (await this.#json(method, addressOf(path, sent), bodyOf(sent))) as Answer<Method, Path>;
  }

  /** The items of a list, over as many pages as it takes. @param limit the most items */
  async list<Path extends ListPath>(
    path: Path,
    sent: Asked<Path>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<Item<Path>[]> {
    const items: Item<Path>[] = [];
    let next: string | null = addressOf(path, sent);
    while (next !== null && items.length < limit) {
      const page = (await this.#json("GET", next)) as { results: Item<Path>[]; next?: string | null };
      if (!Array.isArray(page.results)) throw strange("GET", next, JSON.stringify(page));
      items.push(...page.results);
      next = page.next ?? null;
    }
    return items.slice(0, limit);
  }

  /** The bytes of an answer that is no JSON. */
  async download<Path extends ApiPath>(path: Path, sent: Asked<Path>): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#send("GET", addressOf(path, sent), { headers: { accept: "*/*" } });
    if (!body) throw new ApiError(`GET ${path} answered with nothing`);
    return body;
  }

  /** Sends a request whose answer comes in steps, the result last. */
  async *stream<Method extends MethodOf<Path>, Path extends ApiPath>(
    method: Method,
    path: Path,
    ...[sent]: SentLast<Method, Path>
  ): AsyncGenerator<Step<Answer<Method, Path>>> {
    for await (const { name, data } of this.#events(method, addressOf(path, sent), { body: bodyOf(sent) })) {
      if (name === "problem") throw refusalIn(data);
      if (name === "progress" || name === "result") yield { name, data } as Step<Answer<Method, Path>>;
    }
  }

  /** The events of an answer that goes on for as long as somebody listens. */
  listen<Path extends ApiPath>(
    path: Path,
    sent: Asked<Path>,
    { lastEventId, signal }: ListenOptions = {},
  ): AsyncGenerator<ServerEvent> {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    return this.#events("GET", addressOf(path, sent), { headers, signal });
  }

  async *#events(method: string, address: string, options: SendOptions): AsyncGenerator<ServerEvent> {
    const headers = { ...options.headers, accept: "text/event-stream" };
    const answer = await this.#send(method, address, { ...options, headers });
    let rest = "";
    for await (const chunk of unbroken(answer.body?.pipeThrough(DECODER()), address)) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name = "message"] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        const [, id] = /^id: (.*)$/m.exec(block) ?? [];
        yield { name, data: data === undefined ? undefined : jsonOf(data), ...(id !== undefined && { id }) };
      }
    }
  }

  /** @param address in the API, or the whole one of a list's next page */
  async #json(method: string, address: string, body?: object): Promise<unknown> {
    const text = await (await this.#send(method, address, { body })).text();
    if (text === "") return null;
    const answer = jsonOf(text);
    if (!isObject(answer)) throw strange(method, address, text);
    return answer;
  }

  async #send(method: string, address: string, { body, headers, signal }: SendOptions = {}): Promise<Response> {
    const url = new URL(address, this.#base);
    // A list's `next` is an address, and the token goes to no other server than the user named.
    if (url.origin !== this.#base.origin)
      throw new ApiError(`${this.#base.origin} refers to another server, ${url.origin}`);
    const answer = await send(url, {
      method,
      ...(signal && { signal }),
      headers: {
        accept: "application/json",
        ...headers,
        authorization: `Bearer ${this.#token}`,
        // A form says itself how its parts are told from each other.
        ...(body instanceof FormData ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    throw refusal(`${method} ${url.href}`, answer, await answer.text());
  }
}

const strange = (method: string, address: string, text: string): ApiError =>
  new ApiError(`${method} ${address} answered what no Hoglet server does: ${text.slice(0, 500)}`);

function addressOf(path: string, sent: Parts = {}): string {
  const { params = {}, query = {} } = sent;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const asked = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return asked.length === 0 ? filled : `${filled}?${new URLSearchParams(asked).toString()}`;
}

const bodyOf = ({ body }: Parts = {}): object | undefined => body;

/** The chunks of an answer. Throws ApiError where it breaks off. */
async function* unbroken(chunks: AsyncIterable<string> | undefined, address: string): AsyncGenerator<string> {
  try {
    yield* chunks ?? [];
  } catch (error) {
    throw new ApiError(`the answer to ${address} broke off`, { cause: error });
  }
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error" });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new ApiError(
      `cannot reach ${url.origin}: ${cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : message}`,
      { cause: error },
    );
  }
}
