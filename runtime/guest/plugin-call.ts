import type { Report } from "../protocol.ts";
import { tellChanges } from "./event/changes.ts";
import type { EventCall } from "./event/event-call.ts";
import type { Host } from "./host.ts";
import type { PluginExports } from "./plugin-exports.ts";
import { ArrayPrototype, ObjectPrototype, hasOwn, isPromise, reflect, then } from "./primordials.ts";
import { reportReturned, reportThrown } from "./report.ts";

/** One call of a plugin's function, from its start to its report. */
export class PluginCall {
  private readonly host: Host;
  /** Whether the function was given an event, and is to return one. */
  private readonly isForEvent: boolean;
  /** The event that it was given, when that lies on the host. */
  private readonly view: EventCall | undefined;
  private isWaiting = false;
  private returned: unknown;

  constructor(host: Host, isForEvent: boolean, view: EventCall | undefined) {
    this.host = host;
    this.isForEvent = isForEvent;
    this.view = view;
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
    this.complete(returned);
  }

  /** Called when nothing of the call is under way any more. */
  end(): void {
    this.view?.end();
  }

  private await(result: unknown): void {
    if (this.isSettled(result)) {
      this.returned = result;
      this.isWaiting = true;
    } else
      then(
        isPromise(result) ? result : settle(result),
        (value) => this.complete(value),
        (error) => this.fail(error),
      );
  }

  /** Whether awaiting a value would give that very value. */
  private isSettled(value: unknown): boolean {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
    if (hasOwn(ObjectPrototype, "then")) return false;
    const { view } = this;
    if (view && value === view.event) return !view.isThenable;
    return reflect.getPrototypeOf(value) === ObjectPrototype && !hasOwn(value, "then");
  }

  /** A report that cannot be made, as when memory ends, is reported itself. */
  private complete(value: unknown): void {
    try {
      const { view } = this;
      if (view && value === view.event && isTold(view)) this.host.completeWithEvent();
      else if (!this.isTaken(value)) reportReturned(this.host, value);
    } catch (error) {
      this.host.complete(thrown(error));
    }
  }

  /** Where a prototype has a toJSON, plain data is not what JSON makes of it. */
  private isTaken(value: unknown): boolean {
    if (!this.isForEvent || typeof value !== "object" || value === null) return false;
    if (hasOwn(ObjectPrototype, "toJSON") || hasOwn(ArrayPrototype, "toJSON")) return false;
    return this.host.completeWithData(value);
  }

  private fail(error: unknown): void {
    try {
      this.host.complete(thrown(error));
    } catch (inner) {
      this.host.complete(thrown(inner));
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
