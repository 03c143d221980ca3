import type { UsedCapabilities } from "./used-capabilities.ts";

/** The functions of a plugin that Hoglet can call, as found by loading it once. */
export interface Inspected {
  /** `processEvent`, `setupPlugin` and the like. */
  methods: string[];
  /** `runEveryMinute` and others that begin like it, whether they are scheduled or not. */
  tasks: string[];
  /** Names in the `jobs` export. */
  jobs: string[];
}

/** The same with the capabilities that its code names; absent of what was installed before they were looked for. */
export interface InspectedVersion extends Inspected {
  used?: UsedCapabilities;
}
