import type { PlatformFetch } from "../../capabilities/fetch-send.ts";
import type { MockFetch } from "../../cases/mock-fetch.ts";
import { mockSender } from "../../cases/mock-sender.ts";

/** Where the answers to requests come from: the network, nowhere, or a list. */
export type Network = "live" | "off" | readonly MockFetch[];

/** A request that a dry run sent, or would have. */
export interface RecordedRequest {
  method: string;
  url: string;
  /** Null when there was no answer. */
  status: number | null;
}

/** These have no body, and a Response with one cannot be made. */
const BODILESS = new Set([204, 205, 304]);

/** What a plugin's requests go to, after its grants were checked. */
export function fetchFrom(network: Network): PlatformFetch {
  if (network === "live") return (url, init) => fetch(url, init);
  if (network === "off")
    return async () => {
      throw new TypeError('this dry run has no network; with "fetch": "live" it has');
    };
  // Addresses arrive here as URL writes them.
  const mocks = network.map((mock) => (URL.canParse(mock.url) ? { ...mock, url: new URL(mock.url).href } : mock));
  const send = mockSender(mocks, { list: '"fetch" of this dry run' });
  return async (url, { method = "GET" }) => {
    const { status, statusText, headers, body } = await send({ url, method });
    return new Response(BODILESS.has(status) ? null : new Uint8Array(body), { status, statusText, headers });
  };
}

/** Notes what is sent. */
export function recordFetch(send: PlatformFetch): { fetch: PlatformFetch; requests: RecordedRequest[] } {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    async fetch(url, init) {
      const request: RecordedRequest = { method: init.method ?? "GET", url, status: null };
      requests.push(request);
      const response = await send(url, init);
      request.status = response.status;
      return response;
    },
  };
}
