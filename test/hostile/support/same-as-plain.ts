import { expect, test } from "vitest";

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
    for (const name of ["processEvent", "onEvent"] as const)
      expect(await endOf(name, body, false)).toEqual(await endOf(name, body, true));
  });
}

/** All there is to know of how a call with an event ended, but for its fuel. */
export async function endOf(name: HandlerName, body: string, isCopy: boolean): Promise<unknown[]> {
  const plugin = await loadPlugin(`exports.${name} = function (event, meta) { ${body}\n}`, { raw: true });
  const { outcome, json, thrown } = await plugin.call(name, [EVENT], new Uint8Array(32), isCopy);
  return [{ ...outcome, fuel: 0 }, json, thrown, plugin.sandbox.lost, plugin.records.logs];
}
