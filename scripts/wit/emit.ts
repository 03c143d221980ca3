import type { Func } from "../../wit/type.ts";
import type { World } from "./world.ts";

const HEADER = "// Generated from wit/*.wit by `npm run wit`. Do not edit.\n";

/** `contract.ts`: the world as data, for the checks at the boundary, and its names as types. */
export function emitContract(world: World, outcomeKinds: readonly string[]): string {
  const operations = Object.entries(world.imports).flatMap(([name, funcs]) =>
    funcs.map((func) => `  ${JSON.stringify({ interface: name, ...func })},`),
  );
  const handlers = (world.exports["handlers"] ?? []).map((func) => `  ${JSON.stringify(func)},`);
  const types = Object.keys(world.imports).map(
    (name) => `  ${name}: typeof import("./types/interfaces/hoglet-plugin-${name}.d.ts");`,
  );
  return `${HEADER}
import type { Func, Operation } from "../type.ts";

/** Every capability function; its index is its number at the boundary. */
export const OPERATIONS = [
${operations.join("\n")}
] as const satisfies readonly Operation[];

/** Every function that a plugin may have. */
export const HANDLERS = [
${handlers.join("\n")}
] as const satisfies readonly Func[];

/** How a call can end. */
export const OUTCOME_KINDS = ${JSON.stringify(outcomeKinds)} as const;
export type OutcomeKind = import("./types/interfaces/hoglet-plugin-types.d.ts").OutcomeKind;

/** What the host provides, interface by interface. */
export interface Capabilities {
${types.join("\n")}
}
export type CapabilityName = keyof Capabilities;
export const CAPABILITY_NAMES = ${JSON.stringify(Object.keys(world.imports))} as const satisfies readonly CapabilityName[];

/** What the host may ask of a plugin. */
export type Handlers = typeof import("./types/interfaces/hoglet-plugin-handlers.d.ts");
export type HandlerName = keyof Handlers;
`;
}

/** `guest.ts`: the only way from the guest to the host, one typed function for each operation. */
export function emitGuest(world: World): string {
  let operation = 0;
  const interfaces = Object.entries(world.imports).map(([name, funcs]) => {
    const lines = funcs.map((func) => emitBridgeFunction(func, operation++));
    return `  ${name}: (call: HostCall) =>
    ({
${lines.join("\n")}
    }) satisfies Capabilities["${name}"],`;
  });
  return `${HEADER}
import type { Type } from "../type.ts";
import type { Capabilities } from "./contract.ts";

/** Performs one operation of the contract on the host. */
export interface HostCall {
  sync<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): T;
  async<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): Promise<T>;
}

/** Binds one interface of the contract. An interface that was not granted is never bound. */
export const bridge = {
${interfaces.join("\n")}
};
`;
}

function emitBridgeFunction(func: Func, operation: number): string {
  const args = func.params.map(([name]) => name.replace(/-(.)/g, (_, c: string) => c.toUpperCase()));
  const params = JSON.stringify(func.params.map(([, type]) => type));
  const mode = func.async ? "async" : "sync";
  return `      ${func.name}: (${args.join(", ")}) =>
        call.${mode}(${operation}, ${params}, ${JSON.stringify(func.result)}, [${args.join(", ")}]),`;
}
