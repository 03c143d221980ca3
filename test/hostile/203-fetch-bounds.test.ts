import { describe, expect, test } from "vitest";

import type { CallScope } from "../../runtime/sandbox-options.ts";
import { attack, stopped } from "./support/attack.ts";
import { network } from "./support/network.ts";

describe("What a call asks of the network is bounded.", () => {
  test.each([
    ["fetch", "for (;;) await fetch('https://x.com/')"],
    ["many at once", "await Promise.all(Array.from({ length: 100 }, () => fetch('https://x.com/')))"],
    ["refused ones", "for (;;) await fetch('http://127.0.0.1/').catch(() => 0)"],
    ["posthog.api", "for (;;) await posthog.api.get('/api/x')"],
    ["both", "for (;;) { await posthog.api.get('/api/x'); await fetch('https://x.com/') }"],
  ])("requests: %s", async (_what, body) => {
    const { left, options } = network();
    await stopped("fetches", body, { ...options, limits: { fetches: 10 } });
    expect(left.length).toBeLessThanOrEqual(10);
  });

  test("bytes of an answer, which is read no further", async () => {
    let chunks = 0;
    const { options } = network({
      limits: { fetchResponseBytes: 10_000 },
      answer: () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              chunks++;
              controller.enqueue(new Uint8Array(1000));
            },
          }),
        ),
    });
    const { result } = await attack("await fetch('https://x.com/')", options);
    expect(result.outcome).toMatchObject({ kind: "threw", message: expect.stringContaining("fetchResponseBytes") });
    expect(chunks).toBeLessThan(20);
  });

  test("a request that is left behind ends with its call", async () => {
    let call: CallScope | undefined;
    const { options } = network({ answer: () => new Promise(() => {}) });
    const body = "fetch('https://x.com/'); await new Promise(() => {})";
    const provide = options.provide;
    const { result } = await attack(body, {
      ...options,
      limits: { wallMs: 20 },
      provide: (scope) => {
        call = scope;
        return provide?.(scope) ?? {};
      },
    });
    expect(result.outcome.kind).toBe("timeout");
    expect(call?.signal.aborted).toBe(true);
  });
});
