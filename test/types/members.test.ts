import { expect, test } from "vitest";

import { runCase } from "../cli/hoglet.ts";
import { membersOf } from "./declared.ts";

/** Declarations of what has its members from a class, and one such thing. */
const INSTANCES = [
  ["web/fetch.d.ts", "Headers", "new Headers()"],
  ["web/fetch.d.ts", "Body", 'new Response("")'],
  ["web/fetch.d.ts", "Request", 'new Request("https://example.com")'],
  ["web/fetch.d.ts", "Response", 'new Response("")'],
  ["web/fetch.d.ts", "Blob", "new Blob([])"],
  ["web/fetch.d.ts", "File", 'new File([], "name")'],
  ["web/fetch.d.ts", "FormData", "new FormData()"],
  ["web/url.d.ts", "URL", 'new URL("https://example.com")'],
  ["web/url.d.ts", "URLSearchParams", "new URLSearchParams()"],
  ["web/events.d.ts", "Event", 'new Event("type")'],
  ["web/events.d.ts", "EventTarget", "new EventTarget()"],
  ["web/events.d.ts", "AbortSignal", "new AbortController().signal"],
  ["web/events.d.ts", "AbortController", "new AbortController()"],
  ["web/events.d.ts", "DOMException", "new DOMException()"],
  ["web/buffer.d.ts", "Buffer", "Buffer.alloc(8)"],
  ["web/buffer.d.ts", "BufferConstructor", "Buffer"],
  ["web/encoding.d.ts", "TextEncoder", "new TextEncoder()"],
  ["web/encoding.d.ts", "TextDecoder", "new TextDecoder()"],
  ["web/crypto.d.ts", "Crypto", "crypto"],
  ["web/crypto.d.ts", "SubtleCrypto", "crypto.subtle"],
  ["web/runtime.d.ts", "Timer", "setTimeout(() => undefined)"],
  ["web/runtime.d.ts", "Performance", "performance"],
  ["web/runtime.d.ts", "Process", "process"],
] as const;

test("what is declared of the members of classes is there", async () => {
  const questions = await Promise.all(
    INSTANCES.map(async ([file, name, expression]) => {
      const names = JSON.stringify(await membersOf(file, name));
      return `${name}: ask(() => { const it = Object(${expression}); return ${names}.filter((name) => !(name in it)) })`;
    }),
  );
  const ask = 'const ask = (find) => { try { return find() } catch { return "all" } };';
  const source = `${ask} export const processEvent = () => ({ ${questions.join(", ")} })`;
  const { returns } = await runCase(source, { events: [{}] });
  const missing = Object.entries(returns[0] as Record<string, string[] | "all">);
  expect(Object.fromEntries(missing.filter(([, names]) => names.length > 0))).toEqual({});
});
