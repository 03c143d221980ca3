import { expect } from "vitest";

import { loadPlugin } from "./load-plugin.ts";
import type { PluginOptions } from "./load-plugin.ts";

/**
 * Runs the same code in a sandbox and out here, with the platform's own classes, and expects the same of both.
 * @param source a function whose arguments and result are plain values; what it throws is told by its name
 */
export async function bothWays(
  source: string,
  options: PluginOptions = {},
): Promise<(...args: unknown[]) => Promise<void>> {
  const attempt = `async (args) => { try { return await (${source})(...args) ?? null } catch (e) { return "threw " + e.name } }`;
  const plugin = await loadPlugin(`export const onEvent = ({ args }) => (${attempt})(args)`, options);
  const here = new Function(`return ${attempt}`)() as (args: unknown[]) => Promise<unknown>;
  return async (...args) => {
    const expected: unknown = JSON.parse(JSON.stringify(await here(JSON.parse(JSON.stringify(args)) as unknown[])));
    expect(await plugin.run("onEvent", { args })).toEqual(expected);
  };
}
