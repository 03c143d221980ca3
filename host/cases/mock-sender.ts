import { HostError } from "../../runtime/host-error.ts";
import { fromBase64 } from "../bytes.ts";
import type { HostRequest, HostResponse } from "../capabilities/fetch-send.ts";
import type { MockFetch } from "./mock-fetch.ts";

type Send = (request: Pick<HostRequest, "url" | "method">) => Promise<HostResponse>;

export interface MockSenderOptions {
  /** What errors call the list, such as `the case's mockFetch`. */
  list: string;
  /** What a status is called, where an answer does not say. */
  statusTexts?: Readonly<Record<number, string | undefined>>;
}

/** Answers requests from a list: exact address, the first entry that is not spent. */
export function mockSender(mocks: readonly MockFetch[], { list, statusTexts = {} }: MockSenderOptions): Send {
  const left = mocks.map(({ times }) => times ?? Number.POSITIVE_INFINITY);
  return async ({ url, method }) => {
    const index = mocks.findIndex(
      (mock, i) => mock.url === url && (mock.method ?? method).toUpperCase() === method && (left[i] ?? 0) > 0,
    );
    const mock = mocks[index];
    if (!mock) throw new HostError("TypeError", `fetch failed: ${list} has no answer to ${method} ${url}`);
    left[index] = (left[index] ?? 0) - 1;
    if (mock.networkError !== undefined && mock.networkError !== false)
      throw new HostError(
        "NetworkError",
        typeof mock.networkError === "string" ? mock.networkError : `request to ${url} failed`,
      );
    if (mock.throws !== undefined) throw rejection(mock.throws);
    return answer(mock, statusTexts);
  };
}

/** From `Name: message`, as `throws` has it everywhere. */
function rejection(text: string): HostError {
  const [, name = "TypeError", message = text] = /^(\w+): (.*)$/s.exec(text) ?? [];
  return new HostError(name, message);
}

function answer(mock: MockFetch, statusTexts: NonNullable<MockSenderOptions["statusTexts"]>): HostResponse {
  const headers = Object.entries(mock.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  if (mock.json !== undefined && !hasType) headers.push(["content-type", "application/json"]);
  const status = mock.status ?? 200;
  return {
    status,
    statusText: mock.statusText ?? statusTexts[status] ?? "",
    headers,
    url: mock.finalUrl ?? mock.url,
    redirected: mock.redirected ?? false,
    body: bodyOf(mock),
  };
}

function bodyOf({ json, text, base64 }: MockFetch): Uint8Array {
  if (base64 !== undefined) return fromBase64(base64);
  return new TextEncoder().encode(json === undefined ? (text ?? "") : JSON.stringify(json));
}
