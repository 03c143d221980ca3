import type { EventSize } from "../workload/events.ts";
import { HELLO, THREE } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";

/** The rows of the table: what was done, and by whom. */
export type RowName = readonly [group: string, subject: string];

/** Who runs plugins. */
export const ENGINE = {
  hoglet: "hoglet",
  isolatedVm: "isolated-vm, JSON (own thread, timeout)",
  isolatedVmSync: "isolated-vm, JSON (host's thread, no timeout)",
  vm2Copy: "vm2, JSON copy",
  vm2Proxies: "vm2, proxies",
  quickjs: "quickjs-emscripten, JSON",
  v8: "no sandbox, JSON",
} as const;

export const IN_WORKERD = {
  hoglet: "workerd: hoglet",
  quickjs: "workerd: quickjs-emscripten, JSON",
  v8: "workerd: no sandbox, JSON",
} as const;

export const callGroup = (plugin: BenchPlugin, size: EventSize): string => `call ${plugin.name}, ${size}`;

export const CHAIN_GROUP = `chain of ${THREE.name}, 1.6 KB`;
export const chainSubject = (length: number): string => `hoglet: ${length} plugin${length === 1 ? "" : "s"}`;
export const CHAIN_LENGTHS = [1, 5, 20] as const;

export const PROFILE_GROUP = "steps of a call, 1.6 KB";
export const PROFILE = {
  host: "host: stringify and parse",
  call: "engine: call of an empty function",
  parse: "engine: the JSON in, and parse",
  walk: "engine: the JSON in, parse, and a loop over all properties",
  nothing: "hoglet: return the event",
  read: "hoglet: read one property",
  write: "hoglet: write one property",
} as const;

export const START_GROUP = `start, ${HELLO.name}`;
export const START = {
  image: "hoglet: ready, from the image",
  imageAlone: "hoglet: the image alone, without a plugin",
  imageEvent: "hoglet: ready, and the first event",
  anew: "hoglet without an image: ready",
  isolate: "isolated-vm: ready",
  isolateEvent: "isolated-vm: ready, and the first event",
  context: "quickjs-emscripten: context and plugin",
  workerd: "workerd: hoglet: ready, from the image",
} as const;

export const MEMORY_GROUP = `linear memory, ${HELLO.name}`;
export const MEMORY = { bytes: "an idle sandbox", fit: "idle sandboxes in 48 MiB" } as const;

export const TICK_GROUP = "a beat for a page of teams, without their own work";
export const tickSubject = (teams: number): string => `hoglet: ${teams} teams`;

export const FAIRNESS_GROUP = "an event, from capture to PostHog, through wrangler dev";
export const FAIRNESS = {
  alone: "nothing else runs",
  first: "its plugin is at a task: the first event",
  others: "its plugin is at a task: those after it",
} as const;

export const programGroup = (program: string): string => `program ${program}`;
export const METERED = "metered";
export const UNMETERED = "unmetered";
