import type { HandlerName, OutcomeKind } from "../wit/generated/contract.ts";
import { ContractError } from "../wit/codec.ts";
import { EngineError, GuestException, limitOfException } from "./engine/errors.ts";
import type { EngineFault } from "./engine/errors.ts";
import type { Mode } from "./event/view-or-copy.ts";
import type { EventChanges } from "./event/event-changes.ts";
import { MAX_EVENT_LEVELS, jsonDepth } from "./json-depth.ts";
import { LimitError } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { MAX_TEXT } from "./protocol.ts";
import type { ReturnedValue, ThrownValue } from "./protocol.ts";
import { readWebhook } from "./webhook.ts";

/** How one call of a plugin function ended. Failures of a plugin are data; only failures of the host are exceptions. */
export interface Outcome {
  /** The function's name; a job's is `jobs.NAME`. */
  function: string;
  kind: OutcomeKind;
  /** Why an event was dropped, when the plugin said so. */
  reason?: string;
  /** What the plugin threw or did wrong: `Name: message`. */
  message?: string;
  /** The name and size of the limit that was crossed. */
  limit?: keyof Limits;
  value?: number;
  /** Fuel used by the call. */
  fuel: number;
  /** Promises that were rejected with nobody to handle them, as thrown values are told. */
  unhandled?: string[];
  /** For a batch: what became of each event that went in. */
  results?: { uuid: string; kind: OutcomeKind }[];
}

/** An outcome with what it left behind. */
export interface CallResult {
  outcome: Outcome;
  /** What the function returned, as JSON; null for nothing, for the same event, and for a call that did not return. */
  json: string | null;
  /** It returned the event that it was given, which has its changes now. */
  isSameEvent: boolean;
  /** What it threw: `Name: message`, or a thrown string verbatim; null when it did not throw. */
  thrown: string | null;
  /** The guest's stack of what it threw. */
  stack: string;
  /** How it was given its event, if it was given one: the same call takes the same fuel when that is the same too. */
  handedOver?: Mode;
}

/** How a call ended, before it is known what it cost. */
export type Ending = Omit<Outcome, "function" | "fuel">;

const LIMIT_OF_FAULT = { fuel: "fuel", memory: "memoryBytes", stack: "stackBytes" } as const;

/** The ending, and the guest's stack, of what an exception ended in the middle; undefined when the host is to blame. */
export function endingOfError(error: unknown, limits: Limits): { ending: Ending; stack: string } | undefined {
  if (error instanceof EngineError) return { ending: endingOfFault(error.fault, error.message, limits), stack: "" };
  if (error instanceof LimitError) return { ending: crossed(error.limit, error.message, limits), stack: "" };
  if (error instanceof ContractError)
    return {
      ending: { kind: "threw", message: `the plugin broke what its sandbox stands on: ${error.message}` },
      stack: "",
    };
  if (!(error instanceof GuestException)) return undefined;
  const { name, message, guestStack } = error;
  return { ending: endingOfThrown({ name, message, stack: guestStack }, limits), stack: clip(guestStack) };
}

const crossed = (limit: keyof Limits, message: string, limits: Limits): Ending => ({
  kind: "limit",
  limit,
  value: limits[limit],
  message,
});

function endingOfFault(fault: EngineFault, message: string, limits: Limits): Ending {
  if (fault === "trap") return { kind: "memory", message: `the sandbox stopped: ${message}` };
  const limit = LIMIT_OF_FAULT[fault];
  return { kind: fault, limit, value: limits[limit], message: `${message}: the limit is ${limits[limit]} (${limit})` };
}

/** The ending of a call that threw. */
export function endingOfThrown(thrown: ThrownValue, limits: Limits): Ending {
  const message = printThrown(thrown);
  switch (thrown.name) {
    case "RetryError":
      return { kind: "retry", message };
    case "DropEvent":
      return { kind: "dropped", reason: clip(thrown.message) };
    case "DeniedError":
      return { kind: "denied", message };
    default: {
      const limit = limitOfException(thrown.name, thrown.message);
      return limit ? endingOfFault(limit, thrown.message, limits) : { kind: "threw", message };
    }
  }
}

/** `Name: message` of an error, a thrown string verbatim. */
export function printThrown({ name, message }: ThrownValue): string {
  return clip(name === "" ? message : `${name}: ${message}`);
}

/** What is worth keeping of a text that a plugin made up. */
export function clip(text: string): string {
  return text.slice(0, MAX_TEXT);
}

/** The ending of a call that returned, by the rules of its function. What counts is the value that JSON makes of it. */
export function endingOfReturned(name: HandlerName, returned: ReturnedValue, limits: Limits): Ending {
  const { json } = returned;
  if (name === "processEvent" && !returned.truthy) return { kind: "dropped" };
  if (json !== undefined && json.length > limits.returnedBytes) return tooLarge(name, json.length, limits);
  if (returned.unserialisable !== undefined)
    return badReturn(`${name} returned a value that JSON cannot carry: ${returned.unserialisable}`);
  if (name === "processEvent" && !json?.startsWith("{"))
    return badReturn(`${name} must return the event or nothing, not ${describe(returned)}`);
  if (name === "processEventBatch" && !json?.startsWith("["))
    return badReturn(`${name} must return an array of events, not ${describe(returned)}`);
  if (name === "composeWebhook") return endingOfWebhook(json);
  const levels = MAX_EVENT_LEVELS + (name === "processEventBatch" ? 1 : 0);
  if ((name === "processEvent" || name === "processEventBatch") && jsonDepth(json ?? "") > levels) return tooDeep(name);
  return { kind: "ok" };
}

function endingOfWebhook(json: string | undefined): Ending {
  const webhook = readWebhook(json);
  if (typeof webhook !== "string") return { kind: "ok" };
  return badReturn(`composeWebhook must return {url, body, headers?, method?} or null: ${webhook}`);
}

/** The ending of a call that returned an event, told by what it changed. */
export function endingOfChanges(name: HandlerName, { levels }: EventChanges): Ending {
  return name === "processEvent" && levels > MAX_EVENT_LEVELS ? tooDeep(name) : { kind: "ok" };
}

const tooLarge = (name: HandlerName, length: number, limits: Limits): Ending =>
  crossed(
    "returnedBytes",
    `${name} returned ${length} characters of JSON: the limit is ${limits.returnedBytes}`,
    limits,
  );

const tooDeep = (name: HandlerName): Ending =>
  badReturn(`${name} returned an event with more than ${MAX_EVENT_LEVELS} levels of lists and objects`);

const badReturn = (message: string): Ending => ({ kind: "bad-return", message: clip(message) });

const MAX_SHOWN = 60;

function describe({ type, json = "nothing" }: ReturnedValue): string {
  return type === "object" && !json.startsWith("{")
    ? `an object that is ${json.slice(0, MAX_SHOWN)} in JSON`
    : `a value of type ${type}`;
}
