import type { Message } from "../../event.ts";
import type { Gathered } from "./buffers.ts";
import type { FollowUpFunction } from "./follow-ups.ts";

/** What a follow-up is made with, or one of several such: an event or an object that a plugin gathered. */
export interface FollowUpItem {
  /** Of the event, or of the one for which the object was gathered. */
  uuid: string;
  /** How many `posthog.capture` calls led to it. */
  hops: number;
  /** JSON of the event or object. */
  json: string;
  /** Null for an object. */
  message: Message | null;
}

/** Reads what is kept for a follow-up of a function. */
export function readItem(name: FollowUpFunction, body: string): FollowUpItem {
  if (name === "flushBuffer") return { ...(JSON.parse(body) as Gathered), message: null };
  const message = JSON.parse(body) as Message;
  const { event, hops } = message;
  return { uuid: event.uuid, hops, json: JSON.stringify(event), message };
}
