import { expect, test } from "vitest";

import { Egress } from "../../../host/capabilities/egress.ts";
import type { PlatformFetch } from "../../../host/capabilities/fetch-send.ts";
import { provideFetch } from "../../../host/capabilities/fetch.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";

/** The capability over a platform's fetch, for a call that ends with its signal. */
function capabilityOver(fetch: PlatformFetch, signal: AbortSignal) {
  const limits = { ...DEFAULT_LIMITS, fetchResponseBytes: Number.POSITIVE_INFINITY };
  return provideFetch(new Egress({ limits, scope: { signal }, fetch }), { rules: { hosts: "*", loopback: false } });
}

/** Until requests that were begun are under way. */
const asked = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A capability over a fetch that answers when its signal is aborted, and never otherwise. */
function hanging() {
  const call = new AbortController();
  const aborted: string[] = [];
  const fetch = (url: string, { signal }: RequestInit): Promise<Response> =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        aborted.push(url);
        reject(new Error("aborted"));
      });
    });
  const capability = capabilityOver(fetch, call.signal);
  const send = (url: string, id?: number) =>
    capability
      .send({ url, method: "GET", headers: [], redirect: "follow", ...(id !== undefined && { id }) })
      .catch((error: Error) => `${error.name}: ${error.message}`);
  return { call, aborted, send, cancel: capability.cancel };
}

test("a request is cancelled by its number, and no other with it", async () => {
  const { call, aborted, send, cancel } = hanging();
  const [first, second] = [send("https://x.com/1", 1), send("https://x.com/2", 2)];
  await asked();
  cancel(1);
  expect(await first).toBe("NetworkError: request to https://x.com/1 failed, reason: aborted");
  expect(aborted).toEqual(["https://x.com/1"]);
  call.abort();
  await second;
  expect(aborted).toEqual(["https://x.com/1", "https://x.com/2"]);
});

test("what is not under way can be cancelled, to no effect", async () => {
  const { aborted, send, cancel } = hanging();
  cancel(7);
  const first = send("https://x.com/", 7);
  await asked();
  expect(aborted).toEqual([]);
  cancel(7);
  await first;
  cancel(7);
  expect(aborted).toEqual(["https://x.com/"]);
});

test("of two requests of one number the later is meant, and the earlier ends with the call", async () => {
  const { call, aborted, send, cancel } = hanging();
  const [first, second] = [send("https://x.com/1", 1), send("https://x.com/2", 1)];
  await asked();
  cancel(1);
  await second;
  expect(aborted).toEqual(["https://x.com/2"]);
  call.abort();
  await first;
  expect(aborted).toEqual(["https://x.com/2", "https://x.com/1"]);
});

test("a body that is still on its way is cancelled, too", async () => {
  let isCancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel() {
      isCancelled = true;
    },
  });
  const waiting = Promise.withResolvers<undefined>();
  const fetch = async (_: string, { signal }: RequestInit): Promise<Response> => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    void endless.pipeTo(writable, signal ? { signal } : {}).catch(() => undefined);
    waiting.resolve(undefined);
    return new Response(readable);
  };
  const { send, cancel } = capabilityOver(fetch, new AbortController().signal);
  const sent = send({ url: "https://x.com/", method: "GET", headers: [], redirect: "follow", id: 1 });
  await waiting.promise;
  cancel(1);
  await expect(sent).rejects.toMatchObject({ name: "NetworkError" });
  expect(isCancelled).toBe(true);
});
