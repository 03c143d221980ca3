import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten";

import type { BenchEngine } from "./engine.ts";
import { jsonScript } from "./guest-script.ts";
import { HostCache } from "./host-cache.ts";
import { ENGINE } from "../report/names.ts";
import { fromHandle } from "./v8.ts";

/** The published quickjs-emscripten as its documentation says: a context that is kept, strings across, and no limits of any kind. */
export const quickjs = (module: QuickJSWASMModule): BenchEngine => ({
  name: ENGINE.quickjs,
  async load(plugin) {
    const context = module.newContext();
    if (plugin.isAsync) provideCache(context);
    context.unwrapResult(context.evalCode(jsonScript(plugin), "index.js")).dispose();
    const handle = context.getProp(context.global, "handle");
    const call = (json: string): QuickJSHandle => {
      const argument = context.newString(json);
      const result = context.unwrapResult(context.callFunction(handle, context.undefined, argument));
      argument.dispose();
      return result;
    };
    const read = (result: QuickJSHandle): string => {
      const text = context.getString(result);
      result.dispose();
      return text;
    };
    const callAsync = async (json: string): Promise<string> => {
      const promise = call(json);
      const settled = context.resolvePromise(promise);
      promise.dispose();
      context.runtime.executePendingJobs();
      return read(context.unwrapResult(await settled));
    };
    return fromHandle(plugin.isAsync ? callAsync : (json) => read(call(json)), () => {
      handle.dispose();
      context.dispose();
    });
  },
});

function provideCache(context: QuickJSContext): void {
  const cache = new HostCache();
  const provide = (name: string, serve: (key: string) => Promise<string | number | undefined>): void => {
    const fn = context.newFunction(name, (key) => {
      const answer = context.newPromise();
      void serve(context.getString(key)).then((value) => {
        const made = toHandle(context, value);
        answer.resolve(made);
        made.dispose();
      });
      void answer.settled.then(() => context.runtime.executePendingJobs());
      return answer.handle;
    });
    context.setProp(context.global, name, fn);
    fn.dispose();
  };
  provide("hostGet", cache.get);
  provide("hostIncr", cache.incr);
}

function toHandle(context: QuickJSContext, value: string | number | undefined): QuickJSHandle {
  if (typeof value === "string") return context.newString(value);
  return typeof value === "number" ? context.newNumber(value) : context.undefined;
}
