import type { Json } from "../../host/event.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** A `posthog.capture` as the plugin passed it. */
export interface Captured {
  event: string;
  properties: Json;
}

/** `posthog.capture`: what is captured is kept, nothing is sent. */
export function provideCapture(captured: Captured[]): Capabilities["posthog"]["capture"] {
  return async (event, properties) => {
    captured.push({ event, properties: JSON.parse(properties) as Json });
  };
}
