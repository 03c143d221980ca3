import { HostError } from "../../runtime/host-error.ts";
import type { Limits } from "../../runtime/limits.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { send } from "./fetch-send.ts";
import type { CountTraffic, HostRequest, HostResponse, PlatformFetch, Route, SendOptions } from "./fetch-send.ts";
import { Slots } from "./fetch-slots.ts";

export interface EgressOptions {
  limits: SendOptions["limits"] & Pick<Limits, "concurrentFetches">;
  /** The call on whose behalf requests are sent: they end with it. */
  scope: Pick<CallScope, "signal">;
  /** Counts a request that is about to be sent, each redirect too. Throws a HostError for one too many. */
  admit?(): void;
  /** Told of what leaves, does not, and comes back. */
  count?: CountTraffic;
  /** The platform's own by default. */
  fetch?: PlatformFetch;
}

/**
 * The way out of one plugin: whatever the host sends on its behalf goes through here, and is bounded in number, pace, time and size.
 * Where it may lead is the route's to say.
 */
export class Egress {
  readonly #options: EgressOptions;
  readonly #slots: Slots;

  constructor(options: EgressOptions) {
    this.#options = options;
    this.#slots = new Slots(options.limits.concurrentFetches);
  }

  /**
   * Sends a request of the plugin's.
   * @param cancelled ends it before its call ends
   * @throws {HostError} `DeniedError`, `RateLimitError`, `QuotaExceededError`, `NetworkError` when there is no answer, `RangeError` past a limit
   */
  async send(request: HostRequest, route: Route, cancelled?: AbortSignal): Promise<HostResponse> {
    const { admit, count, fetch = globalThis.fetch, limits, scope } = this.#options;
    const signal = cancelled ? AbortSignal.any([scope.signal, cancelled]) : scope.signal;
    const { redactor } = route;
    try {
      const options = { ...route, fetch, limits, signal, ...(admit && { admit }), ...(count && { count }) };
      const response = await this.#slots.run(() => send(request, options));
      return redactor ? withoutSecrets(response, redactor) : response;
    } catch (error) {
      if (!(error instanceof HostError) || !redactor) throw error;
      throw new HostError(error.name, redactor.text(error.message));
    }
  }
}

function withoutSecrets(response: HostResponse, { text, bytes }: Redactor): HostResponse {
  return {
    ...response,
    statusText: text(response.statusText),
    // A name with something taken out of it is no name any more.
    headers: response.headers.flatMap(([name, value]) =>
      text(name) === name ? [[name, text(value)] as [string, string]] : [],
    ),
    url: text(response.url),
    body: bytes(response.body),
  };
}
