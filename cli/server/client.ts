import { isObject } from "../../host/is-object.ts";
import { ApiError } from "../errors.ts";
import type { Answer, ApiPath, Asked, Item, ListPath, MethodOf, Progress, SentLast } from "./api.ts";
import { jsonOf } from "./json.ts";
import { refusal, refusalIn } from "./refusal.ts";

const DECODER = () => new TextDecoderStream();

/** A step of an answer that takes its time. */
export type Step<Result> = { name: "progress"; data: Progress } | { name: "result"; data: Result };

/** Any request's: what the types of the API have made sure of. */
interface Parts {
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: object;
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
    const { body } = await this.#send("GET", addressOf(path, sent), undefined, "*/*");
    if (!body) throw new ApiError(`GET ${path} answered with nothing`);
    return body;
  }

  /** Sends a request whose answer comes in steps, the result last. */
  async *stream<Method extends MethodOf<Path>, Path extends ApiPath>(
    method: Method,
    path: Path,
    ...[sent]: SentLast<Method, Path>
  ): AsyncGenerator<Step<Answer<Method, Path>>> {
    const answer = await this.#send(method, addressOf(path, sent), bodyOf(sent), "text/event-stream");
    let rest = "";
    for await (const chunk of answer.body?.pipeThrough(DECODER()) ?? []) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name] = /^event: (.*)$/m.exec(block) ?? [];
        const [, text = ""] = /^data: (.*)$/m.exec(block) ?? [];
        const data = jsonOf(text);
        if (name === "problem") throw refusalIn(data);
        if (name === "progress" || name === "result") yield { name, data } as Step<Answer<Method, Path>>;
      }
    }
  }

  /** @param address in the API, or the whole one of a list's next page */
  async #json(method: string, address: string, body?: object): Promise<unknown> {
    const text = await (await this.#send(method, address, body)).text();
    if (text === "") return null;
    const answer = jsonOf(text);
    if (!isObject(answer)) throw strange(method, address, text);
    return answer;
  }

  async #send(method: string, address: string, body?: object, accept = "application/json"): Promise<Response> {
    const url = new URL(address, this.#base);
    // A list's `next` is an address, and the token goes to no other server than the user named.
    if (url.origin !== this.#base.origin)
      throw new ApiError(`${this.#base.origin} refers to another server, ${url.origin}`);
    const answer = await send(url, {
      method,
      headers: {
        accept,
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
