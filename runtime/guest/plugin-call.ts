import type { HandlerName } from "../../wit/generated/contract.ts";
import type { Report } from "../protocol.ts";
import { changesOf } from "./event/changes.ts";
import { EventCall } from "./event/event-call.ts";
import type { ReadView } from "./event/event-call.ts";
import type { Host } from "./host.ts";
import type { PluginExports } from "./plugin-exports.ts";
import { ObjectPrototype, hasOwn, parse, then } from "./primordials.ts";
import { reportReturned, reportThrown } from "./report.ts";

/** One call of a plugin's function, from its arguments to its report. */
export class PluginCall {
  readonly #host: Host;
  readonly #event: EventCall | undefined;
  /** What the function returned, when it did not have to be awaited. */
  #returned: { value: unknown } | undefined;

  /** @param readView given when the function's argument is the event that lies on the host */
  constructor(host: Host, readView: ReadView | undefined) {
    this.#host = host;
    this.#event = readView && new EventCall(readView);
  }

  start(plugin: PluginExports, name: HandlerName, texts: (string | undefined)[], meta: unknown): void {
    try {
      const result = this.#invoke(plugin, name, texts, meta);
      if (this.#isSettled(result)) this.#returned = { value: result };
      else
        then(
          settle(result),
          (value) => this.#complete(value),
          (error) => this.#fail(error),
        );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reports what the function returned at once. */
  finish(): void {
    const returned = this.#returned;
    this.#returned = undefined;
    if (returned) this.#complete(returned.value);
  }

  /** Called when nothing of the call is under way any more. */
  end(): void {
    this.#event?.end();
  }

  #invoke(plugin: PluginExports, name: HandlerName, texts: (string | undefined)[], meta: unknown): unknown {
    if (this.#event) return plugin.handler(name)(this.#event.event, meta);
    const values = texts.map((text) => (text === undefined ? undefined : (parse(text) as unknown)));
    if (name === "runJob") return plugin.job(String(values[0]))(values[1], meta);
    return plugin.handler(name)(...prepareArgs(name, values), meta);
  }

  /** Whether awaiting a value would give that very value. */
  #isSettled(value: unknown): boolean {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
    const event = this.#event;
    return event !== undefined && value === event.event && !event.isThenable && !hasOwn(ObjectPrototype, "then");
  }

  #complete(value: unknown): void {
    const event = this.#event;
    this.#report(() => {
      const changes = event && value === event.event ? changesIn(event) : undefined;
      if (changes === undefined) this.#host.complete(reportReturned(value));
      else this.#host.completeWithChanges(changes);
    });
  }

  #fail(error: unknown): void {
    this.#report(() => this.#host.complete(thrown(error)));
  }

  /** A report that cannot be made, as when memory ends, is reported itself. */
  #report(make: () => void): void {
    try {
      make();
    } catch (error) {
      this.#host.complete(thrown(error));
    }
  }
}

/** What JSON cannot carry in the changes, it cannot carry in the whole, which is written out then and fails as a whole. */
function changesIn(event: EventCall): string | undefined {
  try {
    return changesOf(event);
  } catch {
    return undefined;
  }
}

const thrown = (error: unknown): Report => ({ tag: "threw", val: reportThrown(error) });

/** Awaited here: a promise that is merely returned would be adopted by way of its `then`, which a plugin may replace. */
async function settle(result: unknown): Promise<unknown> {
  return await result;
}

/** composeWebhook's event carries a Date, which JSON does not. */
function prepareArgs(name: HandlerName, values: unknown[]): unknown[] {
  if (name !== "composeWebhook") return values;
  const event = values[0] as { timestamp?: unknown };
  return [typeof event.timestamp === "string" ? { ...event, timestamp: new Date(event.timestamp) } : event];
}
