import type { Report } from "../protocol.ts";
import type { CallBuffers } from "./call-buffers.ts";
import { tellChanges } from "./event/changes.ts";
import type { EventCall } from "./event/event-call.ts";
import type { Host } from "./host.ts";
import type { PluginExports } from "./plugin-exports.ts";
import { ArrayPrototype, ObjectPrototype, hasOwn, isPromise, reflect, then } from "./primordials.ts";
import { reportReturned, reportThrown } from "./report.ts";

export interface PluginCallOptions {
  host: Host;
  /** What is flushed before the call ends well. */
  buffers: CallBuffers;
  /** Whether the function was given an event, and is to return one. */
  isForEvent: boolean;
  /** The event that it was given, when that lies on the host. */
  view: EventCall | undefined;
}

/** One call of a plugin's function, from its start to its report. */
export class PluginCall {
  private readonly options: PluginCallOptions;
  private isWaiting = false;
  private isFlushing = false;
  private isOver = false;
  private returned: unknown;

  constructor(options: PluginCallOptions) {
    this.options = options;
  }

  /** Calls a handler with an event. */
  process(plugin: PluginExports, handler: number, event: unknown, meta: unknown): void {
    try {
      this.await(plugin.process(handler, event, meta));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Calls a handler with its arguments. */
  run(plugin: PluginExports, handler: number, args: unknown[], meta: unknown): void {
    try {
      this.await(plugin.run(handler, args, meta));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Reports what the function returned at once. */
  finish(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    const { returned } = this;
    this.returned = undefined;
    this.flushAndComplete(returned);
  }

  /** Called when nothing of the call is under way any more. */
  end(): void {
    this.isOver = true;
    if (!this.isFlushing) this.options.view?.end();
  }

  private await(result: unknown): void {
    if (this.isSettled(result)) {
      this.returned = result;
      this.isWaiting = true;
    } else
      then(
        isPromise(result) ? result : settle(result),
        (value) => this.flushAndComplete(value),
        (error) => this.fail(error),
      );
  }

  private flushAndComplete(value: unknown): void {
    const { buffers, view } = this.options;
    if (buffers.isEmpty) return this.complete(value);
    this.isFlushing = true;
    const ended = (report: () => void): void => {
      this.isFlushing = false;
      report();
      if (this.isOver) view?.end();
    };
    then(
      buffers.flush(),
      () => ended(() => this.complete(value)),
      (error) => ended(() => this.fail(error)),
    );
  }

  /** Whether awaiting a value would give that very value. */
  private isSettled(value: unknown): boolean {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
    if (hasOwn(ObjectPrototype, "then")) return false;
    const { view } = this.options;
    if (view && value === view.event) return !view.isThenable;
    return reflect.getPrototypeOf(value) === ObjectPrototype && !hasOwn(value, "then");
  }

  /** A report that cannot be made, as when memory ends, is reported itself. */
  private complete(value: unknown): void {
    const { host, view } = this.options;
    try {
      if (view && value === view.event && isTold(view)) host.completeWithEvent();
      else if (!this.isTaken(value)) reportReturned(host, value);
    } catch (error) {
      host.complete(thrown(error));
    }
  }

  /** Where a prototype has a toJSON, plain data is not what JSON makes of it. */
  private isTaken(value: unknown): boolean {
    const { host, isForEvent } = this.options;
    if (!isForEvent || typeof value !== "object" || value === null) return false;
    if (hasOwn(ObjectPrototype, "toJSON") || hasOwn(ArrayPrototype, "toJSON")) return false;
    return host.completeWithData(value);
  }

  private fail(error: unknown): void {
    const { host } = this.options;
    try {
      host.complete(thrown(error));
    } catch (inner) {
      host.complete(thrown(inner));
    }
  }
}

/** What JSON cannot carry in the changes, it cannot carry in the whole, which is written out then and fails as a whole. */
function isTold(view: EventCall): boolean {
  try {
    return tellChanges(view);
  } catch {
    return false;
  }
}

const thrown = (error: unknown): Report => ({ tag: "threw", val: reportThrown(error) });

/** Awaited here: a thenable that is merely returned would be adopted by way of its `then`, which a plugin may replace. */
async function settle(result: unknown): Promise<unknown> {
  return await result;
}
