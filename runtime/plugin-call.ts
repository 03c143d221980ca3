import { HANDLERS } from "../wit/generated/contract.ts";
import type { HandlerName } from "../wit/generated/contract.ts";
import { ContractError, fromJson, parseJson } from "../wit/codec.ts";
import { batchResults } from "./batch.ts";
import type { Boundary, GuestReport } from "./boundary.ts";
import type { CurrentCall } from "./current-call.ts";
import type { Engine } from "./engine/engine.ts";
import { EngineError } from "./engine/errors.ts";
import type { Handle } from "./engine/exports.ts";
import type { GuestFunction } from "./engine/image.ts";
import { EventSource } from "./event/event-source.ts";
import type { JsonObject } from "./event/event-source.ts";
import { ReturnedEvent } from "./event/returned-event.ts";
import type { Mode, ViewOrCopy } from "./event/view-or-copy.ts";
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
  /** How the event is handed over, for a call that is to be made as another was; what has cost less decides otherwise. */
  handOver?: Mode;
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

/** How a call ended, and what of its result there is to know besides. */
type Ended = { ending: Ending } & Partial<CallResult>;

/** How often answers that are ready at once may follow each other before every timer of the isolate has its turn, the call's own too. */
const TURNS_PER_TASK = 256;
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Rejections that are kept; a plugin that makes more, even while they are told, has told enough. */
const MAX_UNHANDLED = 32;

/** About what an event's JSON takes, for callers that do not know. */
const USUAL_SIZE = 2000;

/** Each handler's index in the contract. */
const INDEX = Object.fromEntries(HANDLERS.map(({ name }, i) => [name, i])) as Record<HandlerName, number>;

/** Drives one call of a plugin's function from its arguments to its outcome. */
export class PluginCall {
  readonly #request: CallRequest;
  readonly #deps: PluginCallDeps;
  /** The event, when it is looked at where it lies. */
  readonly #source: EventSource | undefined;
  readonly #returned: ReturnedEvent | undefined;
  readonly #label: string;
  readonly #unhandled: string[] = [];
  #isLost = false;

  constructor(request: CallRequest, deps: PluginCallDeps) {
    const { function: name, args, event, eventSize = USUAL_SIZE, handOver } = request;
    this.#request = request;
    this.#deps = deps;
    this.#label = labelOf(name, args?.[0]);
    // Other functions are only told of their event: what they return is no event.
    if (event && name === "processEvent") this.#returned = new ReturnedEvent(event, deps.limits);
    if (event && (handOver ?? deps.viewOrCopy.choose(eventSize)) === "view")
      this.#source = new EventSource(event, deps.limits);
  }

  /** Whether the sandbox is lost with the call. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Runs the call, at once if it waits for nothing. Throws, or rejects, when the host failed. */
  run(): CallResult | Promise<CallResult> {
    const { engine, boundary, current, limits } = this.#deps;
    const started = engine.fuel;
    boundary.begin();
    current.begin(() => new CallRandom(this.#request.randomKey()), this.#source, this.#returned);
    engine.allowFuel(limits.fuel);
    const ended = this.#attempt(() => {
      this.#start();
      engine.pump();
      return boundary.isQuiet && this.#isOver() ? this.#settle(this.#report) : undefined;
    });
    return ended ? this.#conclude(started, ended) : this.#wait().then((late) => this.#conclude(started, late));
  }

  #conclude(started: number, { ending, ...rest }: Ended): CallResult {
    const fuel = this.#deps.engine.fuel - started;
    if (ending.limit !== undefined || ending.kind === "timeout" || ending.kind === "memory") this.#isLost = true;
    const unhandled = this.#isLost ? [] : this.#unhandled;
    this.#noteCost(fuel);
    const outcome = { function: this.#label, ...ending, ...(unhandled.length > 0 && { unhandled }), fuel };
    const handedOver = this.#request.event && this.#mode;
    return {
      outcome,
      json: null,
      isSameEvent: false,
      thrown: null,
      stack: "",
      ...(handedOver && { handedOver }),
      ...rest,
    };
  }

  /** Does something in the guest. What ends the guest is an ending; what ends the host is thrown on. */
  #attempt<T>(run: () => T): T | Ended {
    try {
      return run();
    } catch (error) {
      this.#isLost = true;
      const failure = endingOfError(error, this.#deps.limits);
      if (!failure) throw error;
      return { ending: failure.ending, stack: failure.stack };
    }
  }

  #start(): void {
    const { engine, guest } = this.#deps;
    const { function: name, args = [], event } = this.#request;
    if (this.#source) engine.run(guest.callWithEvent, [INDEX[name], this.#source.propertiesId]);
    else if (event) engine.run(guest.callWithCopy, [INDEX[name], JSON.stringify(event)]);
    else engine.run(guest.call, [INDEX[name], ...args]);
  }

  /** Waits for all that the call began. */
  async #wait(): Promise<Ended> {
    const { limits } = this.#deps;
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      this.#deps.boundary.wake();
    }, limits.wallMs);
    try {
      this.#deps.engine.run(this.#deps.guest.finish, [false]);
      const report = await this.#drive(() => expired);
      return report === "timeout" ? this.#timeout() : this.#settle(report);
    } catch (error) {
      return this.#attempt((): Ended => {
        throw error;
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs the guest until its call and all that it began have settled. */
  async #drive(isExpired: () => boolean): Promise<GuestReport | "timeout" | "stuck"> {
    const { engine, guest, boundary, onIdle, isLost } = this.#deps;
    for (let turns = 1; ;) {
      engine.pump();
      const reply = boundary.takeReply();
      if (reply) {
        engine.run(guest.settle, [reply.id, reply.json, ...reply.buffers]);
        continue;
      }
      if (isExpired()) return "timeout";
      if (boundary.isQuiet) {
        if (this.#isOver()) return this.#report;
        continue;
      }
      if (boundary.isIdle) engine.run(guest.cancelUnref, []);
      if (onIdle?.(boundary.pending) === "timeout") return "timeout";
      await boundary.nextReply();
      if (turns++ % TURNS_PER_TASK === 0) await nextTask();
      if (isLost()) throw new Error("the sandbox was disposed of during a call");
    }
  }

  get #report(): GuestReport | "stuck" {
    return this.#deps.boundary.report ?? "stuck";
  }

  /**
   * Nothing is under way: the guest ends the call. What runs at its end is the plugin's too, such as a toJSON or the message of an error
   * that nobody handled: where it begins something anew, the call goes on.
   */
  #isOver(): boolean {
    const { engine, guest, boundary } = this.#deps;
    engine.run(guest.finish, [true]);
    engine.pump();
    for (let reasons = this.#unhandledReasons(); reasons.length > 0; reasons = this.#unhandledReasons()) {
      for (const reason of reasons) {
        const told = engine.ask(guest.describe, [{ handle: reason }]);
        engine.release(reason);
        const message = printThrown(fromJson(THROWN, told, [], "describe") as ThrownValue);
        if (this.#unhandled.length < MAX_UNHANDLED) this.#unhandled.push(message);
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

  #timeout(): Ended {
    const { wallMs } = this.#deps.limits;
    const message = `${this.#label} took longer than ${wallMs / 1000} seconds`;
    return { ending: { kind: "timeout", limit: "wallMs", value: wallMs, message } };
  }

  #settle(report: GuestReport | "stuck"): Ended {
    const { engine, limits } = this.#deps;
    const { function: name, args } = this.#request;
    if (engine.isShortOfMemory && isOfMemory(report)) throw new EngineError("memory", "out of memory");
    if (report === "stuck")
      return {
        ending: { kind: "timeout", message: `${this.#label} awaits a promise that nothing can settle any more` },
      };
    if (report.tag === "changed") return this.#settleChanges();
    if (report.tag === "threw") {
      const { val } = report;
      return { ending: endingOfThrown(val, limits), thrown: printThrown(val), stack: clip(val.stack) };
    }
    const { json = null } = report.val;
    // A plugin may have replaced what its report is put together with.
    if (json !== null) parseJson(json, "report");
    const ending = endingOfReturned(name, report.val, limits);
    if (name === "processEventBatch" && ending.kind === "ok")
      ending.results = batchResults(args?.[0] ?? "[]", json ?? "[]");
    return { ending, json: ending.limit === undefined ? json : null };
  }

  #settleChanges(): Ended {
    const changes = this.#returned?.changes ?? this.#source?.changes;
    if (!changes) throw new ContractError("an event was returned that was not there");
    const ending = endingOfChanges(this.#request.function, changes);
    if (ending.kind === "ok") changes.apply();
    return { ending, isSameEvent: ending.kind === "ok" };
  }

  get #mode(): Mode {
    return this.#source ? "view" : "copy";
  }

  #noteCost(fuel: number): void {
    const { event, eventSize = USUAL_SIZE } = this.#request;
    if (!event) return;
    this.#deps.viewOrCopy.note(this.#mode, fuel, eventSize, this.#source?.length ?? 0);
  }
}

/** Whether a call may have ended like this because memory did, given that it did: see `Engine.isShortOfMemory`. */
function isOfMemory(report: GuestReport | "stuck"): boolean {
  if (report === "stuck") return true;
  if (report.tag === "threw") return report.val.name === "" && report.val.message === "null";
  return report.tag === "returned" && report.val.unserialisable === "null";
}

/** What a call is called by in outcomes: jobs and tasks by their own names. */
function labelOf(name: HandlerName, first = '""'): string {
  if (name === "runJob") return `jobs.${JSON.parse(first) as string}`;
  return name === "runTask" ? (JSON.parse(first) as string) : name;
}
