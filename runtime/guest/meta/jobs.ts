import type { Capabilities } from "../../../wit/generated/contract.ts";
import { stringify } from "../primordials.ts";

type Due = Parameters<Capabilities["jobs"]["enqueue"]>[2];

export interface JobControls {
  runNow(): Promise<void>;
  runIn(amount: unknown, unit: unknown): Promise<void>;
  runAt(date: unknown): Promise<void>;
}

/** `meta.jobs`: any name can be enqueued; one that the plugin does not have fails when it runs. */
export function makeJobs(host: Capabilities["jobs"]): Record<string, (payload?: unknown) => JobControls> {
  const controls = (name: string, payload: unknown): JobControls => {
    const enqueue = async (due: Due): Promise<void> => host.enqueue(name, stringify(payload), due);
    return {
      runNow: async () => enqueue({ tag: "now" }),
      runIn: async (amount, unit) => enqueue({ tag: "after", val: { amount: Number(amount), unit: String(unit) } }),
      runAt: async (date) => enqueue({ tag: "at", val: new Date(Number(date)).toISOString() }),
    };
  };
  return new Proxy(
    {},
    {
      get: (_, name) => (typeof name === "string" ? (payload?: unknown) => controls(name, payload) : undefined),
    },
  );
}
