/** Hoglet's types under PostHog's name: map `@posthog/plugin-scaffold` to this file under `paths` of a tsconfig. */
export type * from "./index.js";
/** Throw it to have the call tried again later. It is a global, too. */
export declare class RetryError extends Error {
  constructor(message?: string);
}
