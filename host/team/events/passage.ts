import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import { isForPlugins } from "../../event.ts";
import type { Message, PluginEvent } from "../../event.ts";
import type { PluginOutcome } from "../insight/outcomes.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { Became } from "./processed.ts";
import type { NotePlugins } from "./note-plugins.ts";
import { FRESH } from "./progress.ts";
import type { Progress } from "./progress.ts";

/** An event as it is taken from the inbox. */
export interface Taken {
  message: Message;
  progress: Progress;
  /** Characters of the message's JSON. */
  size: number;
  /** Whose events have to keep their order. */
  person: string;
}

/** What becomes of an event after the plugins: a later event of a person waits for one that is held. */
export type Next =
  | { kind: "deliver"; event: PluginEvent }
  | { kind: "drop" }
  | { kind: "hold" | "wait"; message: Message; progress: Progress };

/** How often in a row an event is held for one plugin's RetryError before the config's policy decides without it. */
const MAX_HOLDS = 15;

/** One event's way through the plugins. */
export class Passage {
  readonly person: string;
  readonly size: number;
  /** The event's uuid as it came. */
  readonly uuid: string;
  /** How the calls ended that the event took part in. */
  readonly outcomes: PluginOutcome[] = [];
  readonly #progress: Progress;
  readonly #done: number[];
  readonly #failed: number[];
  #message: Message;
  #next: Next | undefined;

  constructor({ message, progress, size, person }: Taken) {
    this.person = person;
    this.size = size;
    this.uuid = message.event.uuid;
    this.#message = message;
    this.#progress = progress;
    this.#done = [...progress.done];
    this.#failed = [...(progress.failed ?? [])];
  }

  /** The event as the last plugin left it. */
  get message(): Message {
    return this.#message;
  }

  /** Whether the event has to wait, and with it those of its person behind it. */
  get isHeld(): boolean {
    return this.#next?.kind === "hold" || this.#next?.kind === "wait";
  }

  /** Ids of the configs that are done with the event. */
  get done(): readonly number[] {
    return this.#done;
  }

  /** Whether a plugin has yet to see the event. */
  isBefore({ id }: PluginConfig): boolean {
    return !this.#next && isForPlugins(this.#message) && !this.#done.includes(id);
  }

  /** The plugin has nothing to do with events. */
  skip({ id }: PluginConfig): void {
    this.#done.push(id);
  }

  /** Goes on by what a plugin made of the event. */
  take(config: PluginConfig, { kind, event }: Became, outcome: PluginOutcome): void {
    this.outcomes.push(outcome);
    const { id, onError } = config;
    const holds = this.#progress.heldBy === id ? this.#progress.holds : 0;
    const step = decide(onError, kind, holds);
    if (step === "hold") {
      this.#hold("hold", { heldBy: id, holds: holds + 1 });
      return;
    }
    this.#done.push(id);
    if (kind !== "ok" && kind !== "dropped") this.#failed.push(id);
    if (step === "drop") this.#next = { kind: "drop" };
    else if (event) this.#message = { ...this.#message, event };
  }

  /** Waits behind an earlier event of its person, unless its way has ended. */
  wait(): void {
    if (this.#next) return;
    const { heldBy, holds } = this.#progress;
    this.#hold("wait", { heldBy, holds });
  }

  /** Ends the way. */
  finish(note: NotePlugins): Next {
    const { event } = this.#message;
    const noted = isForPlugins(this.#message) ? note(event, { done: this.#done, failed: this.#failed }) : event;
    this.#next ??= { kind: "deliver", event: noted };
    return this.#next;
  }

  #hold(kind: "hold" | "wait", by: Pick<Progress, "heldBy" | "holds">): void {
    const failed = this.#failed.length > 0 && { failed: this.#failed };
    this.#next = { kind, message: this.#message, progress: { ...FRESH, done: this.#done, ...failed, ...by } };
  }
}

/**
 * RetryError asks for the event to be seen again, so it comes before a policy that is for failures, `pass` too: what
 * went on without the plugin could not be called back. That costs the person's later events a wait, hence MAX_HOLDS.
 */
function decide(onError: PluginConfig["onError"], kind: OutcomeKind, holds: number): "go on" | "drop" | "hold" {
  if (kind === "ok") return "go on";
  if (kind === "dropped") return "drop";
  if (onError === "hold" || (kind === "retry" && holds < MAX_HOLDS)) return "hold";
  return onError === "drop" ? "drop" : "go on";
}
