import type { EventSize } from "../workload/events.ts";

/** What the bench asks of its Worker. */
export interface Order {
  /**
   * `prepare` makes events, `run` has them processed, `check` processes one and answers with the result, `start` starts sandboxes, and
   * `nothing` is what a request takes by itself.
   */
  action: "prepare" | "run" | "check" | "start" | "nothing";
  engine: "hoglet" | "quickjs" | "v8";
  plugin: string;
  size: EventSize;
  count: number;
}
