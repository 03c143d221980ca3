import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";
import { response } from "../../support/records.ts";

describe("AbortSignal", () => {
  test.each([
    [
      "a controller",
      "() => { const c = new AbortController(); const log = []; c.signal.onabort = (e) => { log.push(e.type, e.target === c.signal) }; c.signal.addEventListener('abort', { handleEvent() { log.push(2) } }, { once: true }); c.abort(); c.abort(); return [log, c.signal.aborted, c.signal.reason.name, c.signal.reason instanceof Error, c.signal.reason.code] }",
    ],
    [
      "a reason",
      "() => { const c = new AbortController(); c.abort(5); try { c.signal.throwIfAborted() } catch (e) { return [e, c.signal.reason] } }",
    ],
    [
      "abort()",
      "() => { const s = AbortSignal.abort(); return [s.aborted, s.reason.name, s instanceof AbortSignal, s instanceof EventTarget] }",
    ],
    [
      "any()",
      "() => { const [a, b] = [new AbortController(), new AbortController()]; const any = AbortSignal.any([a.signal, b.signal]); const log = []; any.addEventListener('abort', () => { log.push(any.reason) }); b.abort('b'); a.abort('a'); return [log, any.reason, AbortSignal.any([AbortSignal.abort(1), any]).reason, AbortSignal.any([]).aborted] }",
    ],
    [
      "any() of any()",
      "() => { const c = new AbortController(); const any = AbortSignal.any([AbortSignal.any([c.signal])]); c.abort(1); return [any.aborted, any.reason] }",
    ],
    [
      "timeout()",
      "async () => { const s = AbortSignal.timeout(5); const before = s.aborted; await new Promise((resolve) => s.addEventListener('abort', resolve) ?? setTimeout(resolve, 50)); return [before, s.aborted, s.reason.name] }",
    ],
    ["no constructor", "() => new AbortSignal()"],
    [
      "listeners",
      "() => { const t = new EventTarget(); const log = []; const f = (e) => { log.push(e.type) }; t.addEventListener('a', f); t.addEventListener('a', f); t.addEventListener('a', (e) => { log.push('stop'); e.stopImmediatePropagation(); e.preventDefault() }); t.addEventListener('a', () => { log.push('never') }); const e = new Event('a', { cancelable: true }); const r = t.dispatchEvent(e); t.removeEventListener('a', f); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('b')); return [log, r, e.defaultPrevented, e.target === t] }",
    ],
    [
      "a listener with a signal",
      "() => { const t = new EventTarget(); const c = new AbortController(); const log = []; t.addEventListener('a', () => { log.push(1) }, { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); return log }",
    ],
    [
      "DOMException",
      "() => { const e = new DOMException('m', 'AbortError'); return [e.name, e.message, e.code, String(e), e instanceof Error, DOMException.ABORT_ERR, DOMException.DATA_CLONE_ERR, DOMException.NO_MODIFICATION_ALLOWED_ERR, e.TIMEOUT_ERR, new DOMException().name, new DOMException('m', 'Mine').code, Object.prototype.toString.call(e)] }",
    ],
  ])("%s does what the platform's does", async (_, source) => {
    await (
      await bothWays(source)
    )();
  });
});

describe("a request that is aborted", () => {
  const waiting = async (body: string) => {
    const plugin = await loadPlugin(
      `import nodeFetch, { AbortError, FetchError } from "node-fetch"; export async function onEvent() { ${body} }`,
    );
    const ends: (() => void)[] = [];
    plugin.records.respond = () => new Promise((resolve) => ends.push(() => resolve(response(200, ""))));
    // What the host does for a request that was cancelled: it comes to an end.
    const { push } = plugin.records.cancelled;
    plugin.records.cancelled.push = (...ids) => (
      ends.forEach((end) => end()),
      push.apply(plugin.records.cancelled, ids)
    );
    return {
      value: await plugin.run("onEvent", {}),
      cancelled: plugin.records.cancelled,
      requests: plugin.records.requests,
    };
  };

  test("rejects with the reason, and the host is told", async () => {
    const { value, cancelled } = await waiting(`
      const c = new AbortController();
      const error = fetch("https://x.com", { signal: c.signal }).catch((e) => e);
      await null;
      c.abort();
      return [(await error).name, (await error) === c.signal.reason, await fetch("https://x.com", { signal: AbortSignal.abort("mine") }).catch((e) => e)];
    `);
    expect(value).toEqual(["AbortError", true, "mine"]);
    expect(cancelled).toHaveLength(1);
  });

  test("of node-fetch rejects with its AbortError", async () => {
    const { value } = await waiting(`
      const c = new AbortController();
      const error = nodeFetch(new Request("https://x.com", { signal: c.signal })).catch((e) => e);
      c.abort();
      return [(await error) instanceof AbortError, (await error).name, (await error).type, (await error).message];
    `);
    expect(value).toEqual([true, "AbortError", "aborted", "The user aborted a request."]);
  });

  test("by AbortSignal.timeout, or by node-fetch's timeout", async () => {
    const { value, cancelled } = await waiting(`
      const names = [];
      names.push((await fetch("https://x.com", { signal: AbortSignal.timeout(1) }).catch((e) => e)).name);
      const error = await nodeFetch("https://x.com/a", { timeout: 1 }).catch((e) => e);
      return [...names, error instanceof FetchError, error.type, error.message];
    `);
    expect(value).toEqual(["TimeoutError", true, "request-timeout", "network timeout at: https://x.com/a"]);
    expect(cancelled).toHaveLength(2);
  });

  test("takes the signal of a library, and nothing that is none", async () => {
    const { value, requests } = await waiting(`
      const listeners = [];
      const signal = { aborted: false, addEventListener: (type, listener) => listeners.push(listener), removeEventListener() {} };
      const error = fetch("https://x.com", { signal }).catch((e) => [e]);
      await null;
      listeners.forEach((listener) => listener());
      return [await error, await fetch("https://x.com", { signal: {} }).catch((e) => e.name), await fetch("https://x.com", { signal: 5 }).catch((e) => e.name)];
    `);
    expect(value).toEqual([[null], "TypeError", "TypeError"]);
    expect(requests).toHaveLength(1);
  });

  test("after its answer has come changes nothing", async () => {
    const plugin = await loadPlugin(`
      export async function onEvent() {
        const c = new AbortController();
        const answer = await fetch("https://x.com", { signal: c.signal, timeout: 1000000 });
        c.abort();
        return answer.text();
      }
    `);
    plugin.records.respond = () => response(200, "text");
    expect(await plugin.run("onEvent", {})).toBe("text");
    expect(plugin.records.cancelled).toEqual([]);
  });
});
