import type { HandlerName } from "../wit/generated/contract.ts";
import { fromJson, parseJson } from "../wit/codec.ts";
import { batchResults } from "./batch.ts";
import type { Boundary, GuestReport } from "./boundary.ts";
import type { CurrentCall } from "./current-call.ts";
import type { Engine } from "./engine/engine.ts";
import { EngineError } from "./engine/errors.ts";
import type { Handle } from "./engine/exports.ts";
import type { GuestFunction } from "./engine/image.ts";
import { EventSource } from "./event/event-source.ts";
import type { JsonObject } from "./event/event-source.ts";
import type { ViewOrCopy } from "./event/view-or-copy.ts";
import type { Limits } from "./limits.ts";
import { clip, endingOfChanges, endingOfError, endingOfReturned, endingOfThrown, printThrown } from "./outcome.ts";
import type { CallResult, Ending } from "./outcome.ts";
import { THROWN } from "./protocol.ts";
import type { ThrownValue } from "./protocol.ts";
import { CallRandom } from "./random.ts";

/** One call of a plugin's function. */
export interface CallRequest {
  function: HandlerName;
  /** JSON texts, as the contract's handler takes them. None when an event is given. */
  args?: readonly (string | undefined)[];
  /** The event for a function that takes one. The plugin's changes are made to it when the call has ended well. */
  event?: JsonObject;
  /** Characters of the event's JSON, about: an event is looked at or copied by what that costs. */
  eventSize?: number;
  /** Gives 32 bytes from which the call's randomness follows. Asked for when the plugin draws. */
  randomKey(): Uint8Array;
}

export interface PluginCallDeps {
  engine: Engine;
  guest: Record<GuestFunction, Handle>;
  boundary: Boundary;
  current: CurrentCall;
  viewOrCopy: ViewOrCopy;
  limits: Limits;
  onIdle: ((pending: number) => "timeout" | undefined) | undefined;
  isLost(): boolean;
}

/** How often answers that are ready at once may follow each other before every timer of the isolate has its turn, the call's own too. */
const TURNS_PER_TASK = 256;
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** About what an event's JSON takes, for callers that do not know. */
const USUAL_SIZE = 2000;

/** Drives one call of a plugin's function from its arguments to its outcome. */
export class PluginCall {
  readonly #request: CallRequest;
  readonly #deps: PluginCallDeps;
  readonly #source: EventSource | undefined;
  readonly #label: string;
  readonly #unhandled: string[] = [];
  #isLost = false;

  constructor(request: CallRequest, deps: PluginCallDeps) {
    const { function: name, args, event, eventSize = USUAL_SIZE } = request;
    this.#request = request;
    this.#deps = deps;
    this.#label = name === "runJob" ? `jobs.${JSON.parse(args?.[0] ?? '""') as string}` : name;
    if (event && deps.viewOrCopy.choose(eventSize) === "view") this.#source = new EventSource(event);
  }

  /** @returns the result, and whether the sandbox is lost with it. Throws when the host failed. */
  async run(): Promise<{ result: CallResult; isLost: boolean }> {
    const { engine, boundary, current, limits } = this.#deps;
    const started = engine.fuel;
    boundary.begin();
    current.begin(() => new CallRandom(this.#request.randomKey()), this.#source);
    engine.allowFuel(limits.fuel);
    const ended = await this.#end();
    const fuel = engine.fuel - started;
    const { ending, ...rest } = ended;
    if (ending.limit !== undefined || ending.kind === "timeout" || ending.kind === "memory") this.#isLost = true;
    const unhandled = this.#isLost ? [] : this.#unhandled;
    this.#noteCost(fuel);
    const outcome = { function: this.#label, ...ending, ...(unhandled.length > 0 && { unhandled }), fuel };
    return {
      result: { outcome, json: null, isSameEvent: false, thrown: null, stack: "", ...rest },
      isLost: this.#isLost,
    };
  }

  async #end(): Promise<{ ending: Ending } & Partial<CallResult>> {
    const { engine, limits } = this.#deps;
    try {
      this.#start();
      const report = await this.#drive(limits.wallMs);
      if (report === "timeout")
        return {
          ending: {
            kind: "timeout",
            limit: "wallMs",
            value: limits.wallMs,
            message: `${this.#label} took longer than ${limits.wallMs / 1000} seconds`,
          },
        };
      if (engine.isShortOfMemory && isOfMemory(report)) throw new EngineError("memory", "out of memory");
      if (report === "stuck")
        return {
          ending: { kind: "timeout", message: `${this.#label} awaits a promise that nothing can settle any more` },
        };
      return this.#settle(report);
    } catch (error) {
      this.#isLost = true;
      const failure = endingOfError(error, limits);
      if (!failure) throw error;
      return { ending: failure.ending, stack: failure.stack };
    }
  }

  #start(): void {
    const { engine, guest } = this.#deps;
    const { function: name, args = [], event } = this.#request;
    const texts = event && !this.#source ? [JSON.stringify(event)] : args;
    engine.release(engine.call(guest.call, [name, this.#source !== undefined, ...texts]));
  }

  #settle(report: GuestReport): { ending: Ending } & Partial<CallResult> {
    const { limits } = this.#deps;
    const { function: name, args } = this.#request;
    if (report.tag === "threw")
      return {
        ending: endingOfThrown(report.val, limits),
        thrown: printThrown(report.val),
        stack: clip(report.val.stack),
      };
    if (report.tag === "changed") {
      const ending = endingOfChanges(name, report.val, this.#source, limits);
      if (ending.kind === "ok") this.#source?.apply(report.val);
      return { ending, isSameEvent: ending.kind === "ok" };
    }
    const { json = null } = report.val;
    // A plugin may have replaced what its report is put together with.
    if (json !== null) parseJson(json, "report");
    const ending = endingOfReturned(name, report.val, limits);
    if (name === "processEventBatch" && ending.kind === "ok")
      ending.results = batchResults(args?.[0] ?? "[]", json ?? "[]");
    return { ending, json: ending.limit === undefined ? json : null };
  }

  /** Runs the guest until its call and all that it began have settled. */
  async #drive(wallMs: number): Promise<GuestReport | "timeout" | "stuck"> {
    const { engine, guest, boundary, onIdle, isLost } = this.#deps;
    engine.pump();
    if (boundary.isQuiet && this.#isOver()) return boundary.report ?? "stuck";
    engine.release(engine.call(guest.finish, [false]));
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      boundary.wake();
    }, wallMs);
    let turns = 0;
    try {
      for (;;) {
        engine.pump();
        const reply = boundary.takeReply();
        if (reply) {
          engine.release(engine.call(guest.settle, [reply.id, reply.json, ...reply.buffers]));
          continue;
        }
        if (expired) return "timeout";
        const { pending } = boundary;
        if (pending === 0) {
          if (this.#isOver()) return boundary.report ?? "stuck";
          continue;
        }
        if (onIdle?.(pending) === "timeout") return "timeout";
        await boundary.nextReply();
        if (++turns % TURNS_PER_TASK === 0) await nextTask();
        if (isLost()) throw new Error("the sandbox was disposed of during a call");
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Nothing is under way: the guest ends the call. What runs at its end is the plugin's too, such as a toJSON or the message of an error
   * that nobody handled: where it begins something anew, the call goes on.
   */
  #isOver(): boolean {
    const { engine, guest, boundary } = this.#deps;
    engine.release(engine.call(guest.finish, [true]));
    engine.pump();
    for (let reasons = this.#unhandledReasons(); reasons.length > 0; reasons = this.#unhandledReasons()) {
      for (const reason of reasons) {
        const told = engine.ask(guest.describe, [{ handle: reason }]);
        engine.release(reason);
        this.#unhandled.push(printThrown(fromJson(THROWN, told, [], "describe") as ThrownValue));
      }
      engine.pump();
    }
    return boundary.isQuiet;
  }

  /** What promises were rejected with that nobody can handle any more. */
  #unhandledReasons(): Handle[] {
    const { engine, boundary } = this.#deps;
    return boundary.isQuiet ? engine.takeUnhandled() : [];
  }

  #noteCost(fuel: number): void {
    const { event, eventSize = USUAL_SIZE } = this.#request;
    if (!event) return;
    const mode = this.#source ? "view" : "copy";
    this.#deps.viewOrCopy.note(mode, fuel, eventSize, this.#source?.length ?? 0);
  }
}

/** Whether a call may have ended like this because memory did, given that it did: see `Engine.isShortOfMemory`. */
function isOfMemory(report: GuestReport | "stuck"): boolean {
  if (report === "stuck") return true;
  if (report.tag === "threw") return report.val.name === "" && report.val.message === "null";
  return report.tag === "returned" && report.val.unserialisable === "null";
}
