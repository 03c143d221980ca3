import { backoffMs } from "../../delivery/backoff.ts";
import { isBatch } from "./follow-ups.ts";
import type { FollowUp } from "./follow-ups.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";

/** What comes of a follow-up: it is over, made again, or kept as dead letters. */
export type Fate = "done" | "retry" | "bury";

/** How often a follow-up is made again that asks for it. */
const MAX_RETRIES = 15;

/** PostHog's first wait of a batch, in milliseconds; it doubles with each. */
const BATCH_WAIT = 6_000;

/**
 * RetryError asks for another call, and so does a plugin that cannot be set up; what asks for it without end becomes dead letters. A
 * batch that was not taken because of another failure becomes dead letters at once, unless the config's `onError` is hold or drop.
 */
export function decideFate(
  { function: name, attempts }: Pick<FollowUp, "function" | "attempts">,
  { onError }: Pick<PluginConfig, "onError">,
  { outcome: { kind }, ran }: Pick<PluginResult, "outcome" | "ran">,
): Fate {
  if (kind === "ok" || kind === "dropped") return "done";
  const asksForMore = kind === "retry" || !ran || onError === "hold";
  if (asksForMore) return attempts < MAX_RETRIES ? "retry" : "bury";
  return isBatch(name) && onError !== "drop" ? "bury" : "done";
}

/** How long a follow-up waits for its next call, in milliseconds. The waits of batches are those of PostHog's exports: 55 hours in all. */
export function waitOf({ function: name, attempts }: Pick<FollowUp, "function" | "attempts">, random: number): number {
  return isBatch(name) ? BATCH_WAIT * 2 ** Math.min(attempts, MAX_RETRIES) : backoffMs(attempts + 1, random);
}
