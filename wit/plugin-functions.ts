import { HANDLERS } from "./generated/contract.ts";
import type { HandlerName } from "./generated/contract.ts";

/** What the contract asks of the guest library, which then calls something of the plugin's that has no such name. */
const OF_LIBRARY = ["flushBuffer", "runJob"] as const satisfies HandlerName[];

export type PluginFunction = Exclude<HandlerName, (typeof OF_LIBRARY)[number]>;

/** The functions that a plugin may have by their names. */
export const PLUGIN_FUNCTIONS: readonly PluginFunction[] = HANDLERS.map(({ name }) => name).filter(
  (name): name is PluginFunction => !(OF_LIBRARY as readonly string[]).includes(name),
);
