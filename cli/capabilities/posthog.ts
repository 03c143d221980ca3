import type { Json } from "../../host/event.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** A `posthog.capture` as the plugin passed it. */
export interface Captured {
  event: string;
  properties: Json;
}

/** The `posthog` global: captures are kept, nothing is sent. */
export function providePosthog(captured: Captured[]): Capabilities["posthog"] {
  return {
    async capture(event, properties) {
      captured.push({ event, properties: JSON.parse(properties) as Json });
    },
  };
}
