import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/**
 * CVE-2023-32314 (vm2): a host object was made, unexpectedly, where the specification of Proxy has the engine make one: argument lists
 * and descriptors that are handed to traps. Here there is one engine and one realm: what it makes for a trap is the guest's own.
 */
describe("What the engine makes for a trap is of the guest's realm.", () => {
  test.each([
    ["the arguments of apply", "new Proxy(function () {}, { apply: (t, self, args) => keep(args) })(1)"],
    ["the arguments of construct", "new (new Proxy(function () {}, { construct: (t, args) => (keep(args), {}) }))(1)"],
    [
      "a descriptor",
      "Object.defineProperty(new Proxy({}, { defineProperty: (t, k, d) => (keep(d), Reflect.defineProperty(t, k, d)) }), 'x', { value: 1, configurable: true })",
    ],
    [
      "a descriptor of the event's",
      "keep(Object.getOwnPropertyDescriptor(event, 'event')); keep(Object.getOwnPropertyDescriptors(event.properties))",
    ],
    ["keys of the event", "keep(Reflect.ownKeys(event)); keep(Object.entries(event))"],
    [
      "parts of the event",
      "keep(event); keep(event.properties); keep(event.properties.list); keep(event.properties.list[1])",
    ],
    ["a template", "((...a) => keep(a[0]))`x${1}`"],
    ["arguments", "(function () { keep(arguments) })(1)"],
    ["an iterator's result", "keep([1][Symbol.iterator]().next()); keep((function* () {})().next())"],
    ["a match", "keep(/(?<a>x)/d.exec('x')); keep('x'.match(/x/g)); keep([...'x'.matchAll(/x/g)])"],
    [
      "bytes of the host's",
      "keep(await new Response('x').arrayBuffer()); keep(await new Response('x').buffer()); keep(meta.attachments.file.contents)",
    ],
    [
      "lists of the host's",
      "await meta.cache.lpush('k', ['a']); keep(await meta.cache.lrange('k', 0, -1)); keep(await meta.cache.lpop('k', 1))",
    ],
  ])("%s", async (_, body) => {
    const attachments = [{ key: "file", contentType: "text/plain", fileName: "f", contents: new Uint8Array([1]) }];
    const check =
      "return kept.length > 0 && kept.every((x) => x instanceof Object && x.constructor.constructor === Function && Function('return this')() === globalThis)";
    expect(await survived(`const kept = [], keep = (x) => { kept.push(x) }; ${body}; ${check}`, { attachments })).toBe(
      true,
    );
  });
});
