import type { Capabilities } from "../../../wit/generated/contract.ts";
import { AbortController } from "../globals/abort.ts";
import { URL } from "../globals/url.ts";
import { GuestString, GuestTypeError } from "../primordials.ts";
import { Body, contentOf, frozen, takeContent } from "./body.ts";
import { toContent, typeOfContent } from "./body-content.ts";
import type { BodyContent } from "./body-content.ts";
import { Headers, writtenPairs } from "./headers.ts";

type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];

export interface RequestInit {
  method?: unknown;
  headers?: unknown;
  body?: unknown;
  redirect?: unknown;
  signal?: unknown;
  /** Milliseconds, as node-fetch 2 has it. */
  timeout?: unknown;
}

/** What there is to know of a signal, be it ours or one that a plugin brings along. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** An address that goes to the host as the plugin wrote it. */
export class WrittenUrl {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A request of which another one is made that leaves its body where it is. */
class Original {
  readonly request: Request;
  constructor(request: Request) {
    this.request = request;
  }
}

/** A request as it goes to the host. Its body is used up. */
export let toHostRequest: (request: Request) => HostRequest;

/** The WHATWG `Request` class, without streams and without what only browsers do. */
export class Request extends Body {
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: HostRequest["redirect"];
  readonly signal: Signal;
  readonly url: string;
  readonly timeout: number;
  /** The content type that the headers have of the body. The host gives it to all but bytes, because it writes forms itself. */
  readonly #ownType: string | undefined;

  static {
    toHostRequest = (request) => {
      const content = takeContent(request);
      const { url, method, headers, redirect } = request;
      const isOwn = (name: string, value: string): boolean =>
        value === request.#ownType && name.toLowerCase() === "content-type";
      return {
        url,
        method,
        headers: writtenPairs(headers).filter(([name, value]) => !isOwn(name, value)),
        ...(content === undefined ? {} : { body: content }),
        redirect,
      };
    };
  }

  constructor(input: unknown, init: RequestInit = {}) {
    const from = input instanceof Request ? input : input instanceof Original ? input.request : undefined;
    const method = methodOf(init.method ?? from?.method ?? "GET");
    const isNew = init.body !== undefined && init.body !== null;
    const content = isNew ? toContent(init.body) : from && contentOf(from);
    if (content && (method === "GET" || method === "HEAD"))
      throw new GuestTypeError("Request with GET/HEAD method cannot have body");
    super(isNew && !(input instanceof WrittenUrl) ? frozen(content) : content);
    this.method = method;
    this.headers = new Headers(init.headers ?? from?.headers);
    this.redirect = redirectOf(init.redirect ?? from?.redirect);
    this.signal = signalOf(init.signal === undefined ? from?.signal : init.signal);
    this.url = from?.url ?? (input instanceof WrittenUrl ? input.text : new URL(input).toString());
    this.timeout = Number(init.timeout ?? from?.timeout ?? 0) || 0;
    this.#ownType = isNew || !from ? this.#addType(content, init.body) : from.#ownType;
    if (input instanceof Request && !isNew) takeContent(input);
  }

  clone(): Request {
    return new Request(new Original(this));
  }

  get [Symbol.toStringTag](): string {
    return "Request";
  }

  #addType(content: BodyContent | undefined, body: unknown): string | undefined {
    const type = content && typeOfContent(content, body);
    if (type === undefined || this.headers.has("content-type")) return undefined;
    this.headers.set("content-type", type);
    return content?.tag === "bytes" ? undefined : type;
  }
}

function methodOf(method: unknown): string {
  const text = GuestString(method).toUpperCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Z]+$/.test(text)) throw new GuestTypeError(`"${text}" is not a legal HTTP method`);
  return text;
}

const redirectOf = (mode: unknown): HostRequest["redirect"] =>
  mode === "manual" || mode === "error" ? mode : "follow";

function signalOf(signal: unknown): Signal {
  if (signal === undefined || signal === null) return new AbortController().signal;
  const { aborted, addEventListener } = signal as Partial<Signal>;
  if (typeof aborted !== "boolean" || typeof addEventListener !== "function")
    throw new GuestTypeError("the signal is no AbortSignal");
  return signal as Signal;
}
