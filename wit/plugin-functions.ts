import { HANDLERS } from "./generated/contract.ts";
import type { HandlerName } from "./generated/contract.ts";

/** What the contract asks of the guest library, which then calls something of the plugin's that has no such name. */
const OF_LIBRARY = ["flushBuffer", "runJob", "runTask"] as const satisfies HandlerName[];

export type PluginFunction = Exclude<HandlerName, (typeof OF_LIBRARY)[number]>;

/** The functions that a plugin may have by their names. */
export const PLUGIN_FUNCTIONS: readonly PluginFunction[] = HANDLERS.map(({ name }) => name).filter(
  (name): name is PluginFunction => !(OF_LIBRARY as readonly string[]).includes(name),
);

/** A function that runs at times: one of the contract's three, or another that plugin.json gives times. */
export type TaskName = `runEvery${string}`;

export const isTask = (name: string): name is TaskName => /^runEvery./.test(name);

/** What can be called by its name: on the way to the contract, the other tasks are arguments of `runTask`. */
export function handlerOf(name: PluginFunction | TaskName): { function: HandlerName; args: string[] } {
  const own = PLUGIN_FUNCTIONS.find((known) => known === name);
  return own === undefined ? { function: "runTask", args: [JSON.stringify(name)] } : { function: own, args: [] };
}
