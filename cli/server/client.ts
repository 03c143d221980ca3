import { z } from "zod";

import { ApiError } from "../errors.ts";
import { shorten } from "../print/shorten.ts";

const refused = z.object({
  detail: z.string(),
  attr: z.string().nullish(),
  code: z.string().nullish(),
  errors: z.array(z.object({ attr: z.string().nullable(), detail: z.string() })).optional(),
});

const DECODER = () => new TextDecoderStream();

/** One event of a stream. */
export interface ServerEvent {
  name: string;
  /** Undefined when it only keeps the way open. */
  data: unknown;
  /** What a client that was cut off asks to go on after. */
  id?: string;
}

interface SendOptions {
  body?: object | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

interface StreamOptions extends Pick<SendOptions, "body" | "signal"> {
  lastEventId?: string | undefined;
}

/** The way to the admin API of a Hoglet server. Every method throws ApiError that says in words what the server refused. */
export class ServerClient {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = new URL(base);
    this.#token = token;
  }

  /** @param path of the API, or the whole address of a list's next page */
  async request<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const text = await (await this.#send(method, path, { body })).text();
    const parsed = schema.safeParse(text === "" ? null : parse(text));
    if (!parsed.success)
      throw new ApiError(`${method} ${path} answered what no Hoglet server does: ${text.slice(0, 500)}`);
    return parsed.data;
  }

  /** The bytes of an answer that is no JSON. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#send("GET", path, { headers: { accept: "*/*" } });
    if (!body) throw new ApiError(`GET ${path} answered with nothing`);
    return body;
  }

  /** Sends a request whose answer comes in steps. */
  async *stream(
    method: string,
    path: string,
    { body, lastEventId, signal }: StreamOptions = {},
  ): AsyncGenerator<ServerEvent> {
    const after = lastEventId !== undefined && { "last-event-id": lastEventId };
    const answer = await this.#send(method, path, { body, signal, headers: { accept: "text/event-stream", ...after } });
    let rest = "";
    for await (const chunk of unbroken(answer.body?.pipeThrough(DECODER()), path)) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name = "message"] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        const [, id] = /^id: (.*)$/m.exec(block) ?? [];
        yield { name, data: data === undefined ? undefined : parse(data), ...(id !== undefined && { id }) };
      }
    }
  }

  async #send(method: string, path: string, { body, headers, signal }: SendOptions): Promise<Response> {
    const url = new URL(path, this.#base);
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

/** The chunks of an answer. Throws ApiError where it breaks off. */
async function* unbroken(chunks: AsyncIterable<string> | undefined, path: string): AsyncGenerator<string> {
  try {
    yield* chunks ?? [];
  } catch (error) {
    throw new ApiError(`the answer to ${path} broke off`, { cause: error });
  }
}

/** A refusal that came in a stream, after it had begun, or with a status. */
export function refusalIn(problem: unknown, status: number | null = null): ApiError {
  const told = refused.safeParse(problem);
  return told.success
    ? new ApiError(told.data.detail.trim(), { attr: told.data.attr ?? null, code: told.data.code ?? null, status })
    : new ApiError(String(problem), { status });
}

/** What a server says of itself in PostHog's layout; a status and some text when something else has answered. */
function refusal(request: string, { status, statusText }: Response, text: string): ApiError {
  const told = refused.safeParse(parse(text));
  const said = told.success
    ? told.data.detail
    : `${request}: ${`${status} ${statusText}`.trim()}\n${shorten(text.trim())}`;
  if (status === 401)
    return new ApiError(
      `${said.trim()}\nGive a token with --token TOKEN, as HOGLET_TOKEN or ADMIN_TOKEN, or once for all with hoglet login.`,
      { status },
    );
  return told.success ? refusalIn(told.data, status) : new ApiError(said.trim(), { status });
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
