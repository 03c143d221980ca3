import { HostError } from "../../runtime/host-error.ts";
import type { HostRequest, HostResponse } from "../capabilities/fetch-send.ts";
import type { Json, JsonObject } from "../event.ts";

/** An entry of a case's `mockFetch` that answers a request once, as it was answered. */
export function mockOf(
  { url, method }: Pick<HostRequest, "url" | "method">,
  ended: HostResponse | HostError,
): JsonObject {
  return { url, method, ...(ended instanceof HostError ? failure(ended) : answer(ended, url)), times: 1 };
}

function failure({ name, message }: HostError): JsonObject {
  return name === "NetworkError" ? { networkError: message } : { throws: `${name}: ${message}` };
}

function answer({ status, statusText, headers, body, url, redirected }: HostResponse, asked: string): JsonObject {
  return {
    status,
    statusText,
    headers: Object.fromEntries(headers),
    ...describeBody(body),
    ...(url !== asked && { finalUrl: url }),
    ...(redirected && { redirected }),
  };
}

function describeBody(bytes: Uint8Array): JsonObject {
  const text = textOf(bytes);
  if (text === undefined) return { base64: base64Of(bytes) };
  try {
    const json = JSON.parse(text) as Json;
    // Only JSON that would be written just the same can stand in for the text.
    return JSON.stringify(json) === text ? { json } : { text };
  } catch {
    return text === "" ? {} : { text };
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const base64Of = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
