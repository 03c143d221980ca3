import { expect, test, vi } from "vitest";

import { ViewOrCopy } from "../../../runtime/event/view-or-copy.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";

const EVENT = {
  event: "e",
  z: null,
  n: 1.5,
  s: "a\u0000b\ud800",
  properties: { a: 1, list: [1, { q: 2 }], o: { p: 1, deep: { x: [1] } } },
  10: 1,
  2: 2,
};

/** Shows for bodies of `function (event, meta)` that a plugin cannot tell an event on the host from a copy, whatever it does to it. */
export function sameAsPlain(bodies: readonly string[]): void {
  test.each(bodies)("%s", async (body) => {
    for (const name of ["processEvent", "onEvent"] as const) await expectSameEnd(name, body);
  });
}

/** That a call ends in one way, whether its event lies on the host, is copied and compared when it comes back, or is JSON both ways. */
export async function expectSameEnd(name: HandlerName, body: string): Promise<unknown[]> {
  const end = await endOf(name, body, "json");
  expect(await endOf(name, body, "view")).toEqual(end);
  expect(await endOf(name, body, "copy")).toEqual(end);
  return end;
}

/** All there is to know of how a call with an event ended, but for its fuel. */
async function endOf(name: HandlerName, body: string, way: "view" | "copy" | "json"): Promise<unknown[]> {
  const plugin = await loadPlugin(`exports.${name} = function (event, meta) { ${body}\n}`, { raw: true });
  const choose = way === "json" ? undefined : vi.spyOn(ViewOrCopy.prototype, "choose").mockReturnValue(way);
  const { outcome, json, thrown } = await plugin.call(name, [EVENT], new Uint8Array(32), way === "json");
  choose?.mockRestore();
  return [{ ...outcome, fuel: 0 }, json, thrown, plugin.sandbox.lost, plugin.records.logs];
}
