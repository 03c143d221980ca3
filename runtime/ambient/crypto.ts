import type { CallScope } from "../sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** Random bytes of the call in hand. */
export function provideCrypto(scope: CallScope): Capabilities["crypto"] {
  return { random: (length) => scope.random.bytes(length) };
}
