import type { Report } from "../protocol.ts";
import type { CallBuffers } from "./call-buffers.ts";
import { tellChanges } from "./event/changes.ts";
import type { EventCall } from "./event/event-call.ts";
import type { Host } from "./host.ts";
import type { PluginExports } from "./plugin-exports.ts";
import { ObjectPrototype, hasOwn, isPromise, reflect, then } from "./primordials.ts";
import { reportReturned, reportThrown } from "./report.ts";

/** One call of a plugin's function, from its start to its report. */
export class PluginCall {
  private readonly host: Host;
  /** What the function was given, when that is the event that lies on the host. */
  private readonly event: EventCall | undefined;
  private readonly buffers: CallBuffers;
  private isWaiting = false;
  private isFlushing = false;
  private isOver = false;
  private returned: unknown;

  /** @param buffers what is flushed before the call ends well */
  constructor(host: Host, event: EventCall | undefined, buffers: CallBuffers) {
    this.host = host;
    this.event = event;
    this.buffers = buffers;
  }

  /**
   * Calls a handler.
   * @param args none when the event that lies on the host is its argument
   */
  start(plugin: PluginExports, handler: number, args: unknown[] | undefined, meta: unknown): void {
    try {
      const result = args ? plugin.run(handler, args, meta) : plugin.process(handler, this.event?.event, meta);
      if (this.isSettled(result)) {
        this.returned = result;
        this.isWaiting = true;
      } else
        then(
          isPromise(result) ? result : settle(result),
          (value) => this.flushAndComplete(value),
          (error) => this.fail(error),
        );
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
    if (!this.isFlushing) this.event?.end();
  }

  private flushAndComplete(value: unknown): void {
    if (this.buffers.isEmpty) return this.complete(value);
    this.isFlushing = true;
    const ended = (report: () => void): void => {
      this.isFlushing = false;
      report();
      if (this.isOver) this.event?.end();
    };
    then(
      this.buffers.flush(),
      () => ended(() => this.complete(value)),
      (error) => ended(() => this.fail(error)),
    );
  }

  /** Whether awaiting a value would give that very value. */
  private isSettled(value: unknown): boolean {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
    if (hasOwn(ObjectPrototype, "then")) return false;
    const { event } = this;
    if (event && value === event.event) return !event.isThenable;
    return reflect.getPrototypeOf(value) === ObjectPrototype && !hasOwn(value, "then");
  }

  /** A report that cannot be made, as when memory ends, is reported itself. */
  private complete(value: unknown): void {
    try {
      const { event } = this;
      if (event && value === event.event && isTold(event)) this.host.completeWithEvent();
      else reportReturned(this.host, value);
    } catch (error) {
      this.host.complete(thrown(error));
    }
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
function isTold(event: EventCall): boolean {
  try {
    return tellChanges(event);
  } catch {
    return false;
  }
}

const thrown = (error: unknown): Report => ({ tag: "threw", val: reportThrown(error) });

/** Awaited here: a thenable that is merely returned would be adopted by way of its `then`, which a plugin may replace. */
async function settle(result: unknown): Promise<unknown> {
  return await result;
}
