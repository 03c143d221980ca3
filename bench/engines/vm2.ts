import type { JsonObject } from "../../runtime/event/event-source.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import type { Vm2 } from "../peers/load-peers.ts";
import type { BenchEngine } from "./engine.ts";
import { jsonScript } from "./guest-script.ts";
import { HostCache } from "./host-cache.ts";
import { ENGINE } from "../report/names.ts";
import { fromHandle } from "./v8.ts";

/** vm2 with JSON texts across: the guest has a copy. */
export const vm2Copy = ({ VM }: Vm2): BenchEngine => ({
  name: ENGINE.vm2Copy,
  async load(plugin) {
    const vm = new VM({ timeout: TIMEOUT, sandbox: hostCalls() });
    return fromHandle(vm.run(`${jsonScript(plugin)}\nhandle;`) as (json: string) => string | Promise<string>);
  },
});

/** vm2 with the host's event itself, which the guest sees through vm2's proxies: PostHog's way. */
export const vm2Proxies = ({ VM }: Vm2): BenchEngine => ({
  name: ENGINE.vm2Proxies,
  async load(plugin: BenchPlugin) {
    const vm = new VM({ timeout: TIMEOUT, sandbox: hostCalls() });
    const script = `${jsonScript(plugin)}\n(event) => processEvent(event, meta);`;
    const process = vm.run(script) as (event: JsonObject) => JsonObject | Promise<JsonObject>;
    return { process, dispose: () => undefined };
  },
});

/** Of the script alone: vm2 has no limit for calls. */
const TIMEOUT = 1000;

function hostCalls(): object {
  const cache = new HostCache();
  return { hostGet: cache.get, hostIncr: cache.incr };
}
