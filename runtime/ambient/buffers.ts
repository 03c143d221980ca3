import type { Capabilities } from "../../wit/generated/contract.ts";

/** `createBuffer` where nothing outlives a call: each flushes what it has gathered before it ends. */
export function provideNoBuffers(): Capabilities["buffers"] {
  return { add: () => false, flush: () => undefined };
}
