import type { Outcome } from "../../../runtime/outcome.ts";
import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import type { JsonObject, Message } from "../../event.ts";
import { absent, compareWhole, type Difference, type MaybeJson } from "../../event-diff/difference.ts";
import type { Redactor } from "../../secrets/redactor.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import { Groups } from "./groups.ts";
import { type Ask, type Step, textOf } from "./step.ts";

/** An event by which something is shown; null for the setup, which has none. */
export interface ExampleEvent {
  uuid: string;
  event: string;
}

/** How many events a place of the result differs in, and how. Values are JSON, null where there is none; what is long is cut. */
export interface OutputDifference {
  /** Such as `properties.tags[]`; empty for the event as a whole. */
  path: string;
  kind: "added" | "removed" | "changed";
  count: number;
  example: ExampleEvent & { from: string | null; to: string | null };
}

/** How many events a function ended in another way for. Null where it was not called. */
export interface OutcomeDifference {
  function: string;
  from: OutcomeKind | null;
  to: OutcomeKind | null;
  count: number;
  example: ExampleEvent & { from: Outcome | null; to: Outcome | null };
}

/** Something of which one asked for more, or for something else. */
export interface AskDifference {
  kind: Ask["kind"];
  name: string;
  /** How often one asked for what the other one did not. */
  from: number;
  to: number;
  example: { event: ExampleEvent | null; by: "from" | "to"; detail: string };
}

const MAX_VALUE = 500;
const MAX_NAME = 200;
/** Characters of an event that is compared place by place. */
const MAX_COMPARED = 200_000;

/** What two versions made differently of the same events. */
export class Findings {
  /** Events of which both made the same. */
  same = 0;
  readonly #redactor: Redactor;
  readonly #outputs = new Groups<[string, OutputDifference["kind"]], OutputDifference["example"]>();
  readonly #outcomes = new Groups<[string, OutcomeKind | null, OutcomeKind | null], OutcomeDifference["example"]>();
  readonly #asks = {
    from: new Groups<[Ask["kind"], string], AskDifference["example"]>(),
    to: new Groups<[Ask["kind"], string], AskDifference["example"]>(),
  };

  /** @param redactor takes the secrets of both configs out of all that is told */
  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  compare({ event }: Pick<Message, "event">, from: Step, to: Step): void {
    const example = { uuid: this.#text(event.uuid), event: this.#text(textOf(event.event)) };
    const isSame = [
      this.#compareOutcomes(example, from.outcomes, to.outcomes),
      this.#compareOutputs(example, from.after, to.after),
      this.compareAsks(example, from.asks, to.asks),
    ];
    if (isSame.every(Boolean)) this.same++;
  }

  /** @returns whether they are the same */
  compareAsks(event: ExampleEvent | null, from: readonly Ask[], to: readonly Ask[]): boolean {
    const rest = new Map<string, number>();
    const keyOf = ({ kind, name, detail }: Ask): string => JSON.stringify([kind, name, detail]);
    for (const ask of to) rest.set(keyOf(ask), (rest.get(keyOf(ask)) ?? 0) + 1);
    const take = (ask: Ask): boolean => {
      const count = rest.get(keyOf(ask)) ?? 0;
      rest.set(keyOf(ask), count - 1);
      return count > 0;
    };
    const onlyFrom = from.filter((ask) => !take(ask));
    const onlyTo = to.filter((ask) => take(ask));
    const add = (by: "from" | "to", { kind, name, detail }: Ask): void =>
      this.#asks[by].add([kind, this.#text(name)], () => ({ event, by, detail: this.#text(detail, MAX_VALUE) }));
    for (const ask of onlyFrom) add("from", ask);
    for (const ask of onlyTo) add("to", ask);
    return onlyFrom.length + onlyTo.length === 0;
  }

  get outputs(): OutputDifference[] {
    return this.#outputs.list(([path, kind], count, example) => ({ path, kind, count, example }));
  }

  get outcomes(): OutcomeDifference[] {
    return this.#outcomes.list(([name, from, to], count, example) => ({ function: name, from, to, count, example }));
  }

  get asks(): AskDifference[] {
    const found = new Map<string, AskDifference>();
    for (const by of ["from", "to"] as const)
      for (const ask of this.#asks[by].list(([kind, name], count, example) => ({ kind, name, count, example }))) {
        const { count, ...same } = ask;
        const place = JSON.stringify([ask.kind, ask.name]);
        const known = found.get(place) ?? { ...same, from: 0, to: 0 };
        found.set(place, { ...known, [by]: count });
      }
    return [...found.values()];
  }

  /** Differences of further kinds than are listed. */
  get leftOut(): number {
    const { from, to } = this.#asks;
    return this.#outputs.leftOut + this.#outcomes.leftOut + from.leftOut + to.leftOut;
  }

  #compareOutcomes(example: ExampleEvent, from: readonly Outcome[], to: readonly Outcome[]): boolean {
    const names = new Set([...from, ...to].map((outcome) => outcome.function));
    let isSame = true;
    for (const name of names) {
      const [a, b] = [from, to].map((outcomes) => outcomes.find((outcome) => outcome.function === name) ?? null);
      if (!a && !b) continue;
      if (a?.kind === b?.kind && a?.message === b?.message && a?.reason === b?.reason) continue;
      isSame = false;
      const told = (outcome: Outcome | null | undefined): Outcome | null =>
        outcome ? redactOutcome(outcome, (text) => this.#text(text, MAX_VALUE)) : null;
      this.#outcomes.add([name, a?.kind ?? null, b?.kind ?? null], () => ({ ...example, from: told(a), to: told(b) }));
    }
    return isSame;
  }

  #compareOutputs(example: ExampleEvent, from: JsonObject | null, to: JsonObject | null): boolean {
    // That one has dropped it, its outcome tells.
    if (from === null || to === null) return from === to;
    const differences = compareEvents(from, to);
    const seen = new Set<string>();
    for (const { path, expected = absent, actual = absent } of differences) {
      const kind = expected === absent ? "added" : actual === absent ? "removed" : "changed";
      const place = this.#text(placeOf(path));
      // An event counts once, however many items of a list differ.
      if (seen.has(`${kind} ${place}`)) continue;
      seen.add(`${kind} ${place}`);
      this.#outputs.add([place, kind], () => ({ ...example, from: this.#value(expected), to: this.#value(actual) }));
    }
    return differences.length === 0;
  }

  #value(value: MaybeJson): string | null {
    return value === absent ? null : this.#text(JSON.stringify(value), MAX_VALUE);
  }

  #text(text: string, most = MAX_NAME): string {
    return this.#redactor.text(text).slice(0, most);
  }
}

function compareEvents(from: JsonObject, to: JsonObject): Difference[] {
  const [a, b] = [JSON.stringify(from), JSON.stringify(to)];
  if (a === b) return [];
  if (a.length + b.length > MAX_COMPARED) return [{ path: "", expected: a, actual: b }];
  return compareWhole("", from, to);
}

/** Items of a list are one place. */
const placeOf = (path: string): string => path.replace(/\[\d+\]/g, "[]").replace(/^\./, "");
