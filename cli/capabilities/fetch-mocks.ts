import { STATUS_CODES } from "node:http";

import { HostError } from "../../runtime/host-error.ts";
import type { MockFetch } from "../case/schema.ts";
import type { HostRequest, HostResponse } from "./fetch-record.ts";

type Send = (request: HostRequest) => Promise<HostResponse>;

/** Answers requests from a case's `mockFetch`: exact address, the first entry that is not spent. */
export function mockSender(mocks: readonly MockFetch[]): Send {
  const left = mocks.map(({ times }) => times ?? Number.POSITIVE_INFINITY);
  return async ({ url, method }) => {
    const index = mocks.findIndex(
      (mock, i) => mock.url === url && (mock.method ?? method).toUpperCase() === method && (left[i] ?? 0) > 0,
    );
    const mock = mocks[index];
    if (!mock) throw new HostError("TypeError", `fetch failed: the case's mockFetch has no answer to ${method} ${url}`);
    left[index] = (left[index] ?? 0) - 1;
    if (mock.networkError !== undefined && mock.networkError !== false)
      throw new HostError(
        "NetworkError",
        typeof mock.networkError === "string" ? mock.networkError : `request to ${url} failed`,
      );
    if (mock.throws !== undefined) throw rejection(mock.throws);
    return answer(mock);
  };
}

/** From `Name: message`, as `throws` has it everywhere. */
function rejection(text: string): HostError {
  const [, name = "TypeError", message = text] = /^(\w+): (.*)$/s.exec(text) ?? [];
  return new HostError(name, message);
}

function answer(mock: MockFetch): HostResponse {
  const headers = Object.entries(mock.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  if (mock.json !== undefined && !hasType) headers.push(["content-type", "application/json"]);
  const status = mock.status ?? 200;
  return {
    status,
    statusText: mock.statusText ?? STATUS_CODES[status] ?? "",
    headers,
    url: mock.finalUrl ?? mock.url,
    redirected: mock.redirected ?? false,
    body: bodyOf(mock),
  };
}

function bodyOf({ json, text, base64 }: MockFetch): Uint8Array {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return Buffer.from(json === undefined ? (text ?? "") : JSON.stringify(json), "utf8");
}
