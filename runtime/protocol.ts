import { HANDLERS } from "../wit/generated/contract.ts";
import type { CapabilityName, HandlerName } from "../wit/generated/contract.ts";
import type { Type } from "../wit/type.ts";

/**
 * What host and guest say to each other beside the capabilities of the contract: how a plugin is loaded and how a
 * call is made and reported. JSON texts both ways; what the guest says is checked like any argument of a capability.
 */

/**
 * The numbers of the guest's host functions: a capability call or a report; a look at the event in hand; a change of it, which is made
 * when the call has ended well; ...
 */
export const CAPABILITY_CALL = 1;
export const EVENT_READ = 2;
export const EVENT_CHANGE = 3;
/** An event that was returned, as it lies in the guest's memory. */
export const EVENT_RETURN = 4;

/** What the guest tells through `CAPABILITY_CALL` beside the operations of capabilities, which count from 0: how a call ended, ... */
export const COMPLETE = -1;
/** ... that it ended by returning the event it was given, all changes of which have been told, ... */
export const CHANGED = -2;
/** ... or by returning a value that JSON carries: its JSON, its `typeof`, and whether it is truthy; ... */
export const RETURNED = -4;
/** ... the request for the four 32-bit words that Math.random starts from in a call, ... */
export const SEED = -3;
/** ... and that for the source of a module, by name: the answer is its text, or a list with the reason why there is none. */
export const MODULE = -5;

/** The answer to a capability operation. */
export interface HostReply {
  ok?: unknown;
  error?: { name: string; message: string };
}

/** The plugin's surroundings, given before its code runs. */
export interface Surroundings {
  /** What errors call the plugin. */
  self?: string;
  /** The interfaces of the contract to bind. What is not here does not exist in the guest. */
  granted: CapabilityName[];
  /** How a person would grant each capability that is not bound, for the message of a denial. */
  denials: Partial<Record<CapabilityName, string>>;
  config: unknown;
  /** Their bytes are read by their place here. */
  attachments: { key: string; contentType: string; fileName: string; size: number }[];
}

export type MetricKind = "sum" | "max" | "min";

/** What a plugin turned out to have. */
export interface Discovery {
  handlers: HandlerName[];
  /** Functions that begin with `runEvery`, but for those among the handlers. */
  tasks: string[];
  jobs: string[];
  /** Name and kind of each metric. */
  metrics: [string, MetricKind][];
  /** Recognised function names that exist but cannot be found, with the reason. */
  warnings: string[];
}

/** A Discovery as it crosses the boundary. */
export const DISCOVERY: Type = {
  record: [
    ["handlers", { list: { enum: HANDLERS.map(({ name }) => name) } }],
    ["tasks", { list: "string" }],
    ["jobs", { list: "string" }],
    ["metrics", { list: { tuple: ["string", { enum: ["sum", "max", "min"] }] } }],
    ["warnings", { list: "string" }],
  ],
};

/** How a call ended, as the guest saw it. */
export type Report = { tag: "returned"; val: ReturnedValue } | { tag: "threw"; val: ThrownValue };

export interface ReturnedValue {
  /** `typeof`, with `null` and `array` told apart. */
  type: string;
  truthy: boolean;
  /** JSON text; left out where JSON has nothing to say (undefined, functions, symbols). */
  json?: string;
  /** Why the value has no JSON, such as a cycle. */
  unserialisable?: string;
}

export interface ThrownValue {
  /** The error's name; empty for a thrown value that is no Error. */
  name: string;
  message: string;
  stack: string;
}

/** Characters of a message, reason or stack that are worth keeping. */
export const MAX_TEXT = 4096;

/** A ThrownValue as it crosses the boundary. */
export const THROWN: Type = {
  record: [
    ["name", "string"],
    ["message", "string"],
    ["stack", "string"],
  ],
};

/** A Report as it crosses the boundary. */
export const REPORT: Type = {
  variant: [
    [
      "returned",
      {
        record: [
          ["type", "string"],
          ["truthy", "bool"],
          ["json", { option: "string" }],
          ["unserialisable", { option: "string" }],
        ],
      },
    ],
    ["threw", THROWN],
  ],
};
