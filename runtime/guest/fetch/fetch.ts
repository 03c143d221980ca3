import type { Capabilities } from "../../../wit/generated/contract.ts";
import { makeError } from "../globals/errors.ts";
import { URLSearchParams } from "../globals/url-search-params.ts";
import { toBytes } from "./bytes.ts";
import { Blob, FormData, blobBytes, formEntries } from "./form-data.ts";
import { Headers, headerPairs } from "./headers.ts";
import { makeResponse } from "./response.ts";

type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];

export interface RequestInit {
  method?: unknown;
  headers?: unknown;
  body?: unknown;
  redirect?: unknown;
}

/** A network failure is a TypeError to WHATWG's fetch and a FetchError to node-fetch. */
export type NetworkErrorName = "TypeError" | "FetchError";

/** Makes `fetch` and the classes that go with it. */
export function makeFetch(host: Capabilities["fetch"], encoding: Capabilities["encoding"]) {
  const Response = makeResponse(encoding);

  const makeFetchFunction =
    (networkError: NetworkErrorName) =>
    async (input: unknown, init: RequestInit = {}): Promise<InstanceType<typeof Response>> => {
      try {
        return Response.fromHost(await host.send(toHostRequest(input, init)));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "NetworkError") throw error;
        throw makeError(networkError, error.message);
      }
    };

  const fetch = makeFetchFunction("TypeError");
  const nodeFetch = Object.assign(makeFetchFunction("FetchError"), { Headers, Response, isRedirect });
  return { fetch, nodeFetch, Response };
}

function toHostRequest(input: unknown, init: RequestInit): HostRequest {
  const body = toHostBody(init.body);
  return {
    url: String(input),
    method: String(init.method ?? "GET").toUpperCase(),
    headers: toHostHeaders(init.headers),
    ...(body === undefined ? {} : { body }),
    redirect: init.redirect === "manual" || init.redirect === "error" ? init.redirect : "follow",
  };
}

/** As the plugin wrote them: names keep their case and order. */
function toHostHeaders(init: unknown): [string, string][] {
  const legal = new Headers(init);
  const pairs = init instanceof Headers ? [...legal] : headerPairs(init);
  return pairs.map(([name, value]) => [String(name), String(value)]);
}

function toHostBody(body: unknown): HostRequest["body"] {
  if (body === undefined || body === null) return undefined;
  if (body instanceof URLSearchParams) return { tag: "params", val: body.toString() };
  if (body instanceof FormData)
    return {
      tag: "form",
      val: formEntries(body).map(({ name, value, filename }) => ({
        name,
        value: value instanceof Blob ? blobBytes(value) : toBytes(value),
        ...(value instanceof Blob && value.type ? { contentType: value.type } : {}),
        ...(filename === undefined ? {} : { filename }),
      })),
    };
  if (body instanceof Blob) return { tag: "bytes", val: blobBytes(body) };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return { tag: "bytes", val: toBytes(body) };
  return { tag: "text", val: String(body) };
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);
