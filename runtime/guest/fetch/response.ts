import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestString, GuestTypeError, stringify } from "../primordials.ts";
import { URL } from "../globals/url.ts";
import { Body, contentOf, frozen } from "./body.ts";
import { toContent, typeOfContent } from "./body-content.ts";
import type { BodyContent } from "./body-content.ts";
import { Headers } from "./headers.ts";

type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

export interface ResponseInit {
  status?: unknown;
  statusText?: unknown;
  headers?: unknown;
}

const GuestRangeError = RangeError;
const WITHOUT_BODY = [101, 204, 205, 304];
const REDIRECTS = [301, 302, 303, 307, 308];

/** Whether a status is one of a redirect. */
export const isRedirect = (status: number): boolean => REDIRECTS.includes(status);

/** A body that comes from the host or from another response, and is taken as it is. */
class Given {
  readonly content: BodyContent | undefined;
  constructor(content: BodyContent | undefined) {
    this.content = content;
  }
}

/** The WHATWG `Response` class, without streams. Its properties are its own, so that a response that is logged as JSON says something. */
export class Response extends Body {
  readonly type: string = "default";
  readonly url: string = "";
  readonly redirected: boolean = false;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;

  constructor(body?: unknown, init: ResponseInit = {}) {
    const given = body instanceof Given;
    const content = given ? body.content : toContent(body);
    super(given ? content : frozen(content));
    this.status = init.status === undefined ? 200 : Number(init.status);
    this.statusText = GuestString(init.statusText ?? "");
    this.headers = new Headers(init.headers);
    if (!given) this.#checkInit(content, body);
  }

  static error(): Response {
    return respond(Response, undefined, { type: "error", status: 0 });
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    const json = stringify(value) as string | undefined;
    if (json === undefined) throw new GuestTypeError("the value is no JSON");
    return new Response(json, { ...init, headers });
  }

  static redirect(url: unknown, status: unknown = 302): Response {
    const location = new URL(url).toString();
    if (!isRedirect(Number(status))) throw new GuestRangeError(`${GuestString(status)} is no status of a redirect`);
    return new Response(null, { status, headers: { location } });
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  clone(): this {
    const Class = this.constructor as typeof Response;
    return respond(Class, contentOf(this), this) as this;
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  #checkInit(content: BodyContent | undefined, body: unknown): void {
    const { status, statusText, headers } = this;
    if (!(status >= 200 && status <= 599)) throw new GuestRangeError("the status is not between 200 and 599");
    if (/[^\t -~\x80-\xff]/.test(statusText)) throw new GuestTypeError("the statusText is not legal");
    if (content && WITHOUT_BODY.includes(status))
      throw new GuestTypeError(`a response of status ${status} has no body`);
    const type = content && typeOfContent(content, body);
    if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
  }
}

/** The plugin's view of what the host fetched. */
export function responseFromHost(Class: typeof Response, { body, ...facts }: HostResponse): Response {
  return respond(Class, { tag: "bytes", val: body }, { type: "basic", ...facts });
}

function respond(
  Class: typeof Response,
  content: BodyContent | undefined,
  facts: ResponseInit & { type: string; url?: string; redirected?: boolean },
): Response {
  const { type, url = "", redirected = false } = facts;
  return Object.assign(new Class(new Given(content), facts), { type, url, redirected });
}
