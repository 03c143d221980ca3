import type { Outcome } from "../../../runtime/outcome.ts";
import type { Json, JsonObject, Message, PluginEvent } from "../../event.ts";
import type { EventFunction } from "../follow-ups/follow-ups.ts";
import { callsWith } from "./calls.ts";
import type { RecordedRequest } from "./network.ts";
import type { Trial } from "./trial.ts";

/** Something that a plugin asks of the world. */
export interface Ask {
  kind: "fetch" | "webhook" | "capture" | "job" | "metric";
  /** Of what, or whom: a method and host, an event, a job. */
  name: string;
  /** What exactly. */
  detail: string;
}

/** What a plugin made of one event, with all of its functions. */
export interface Step {
  outcomes: Outcome[];
  /** Null when it was dropped. */
  after: JsonObject | null;
  asks: Ask[];
  fuel: number;
}

/** A plugin that is tried, with what it has sent. */
export interface Side {
  trial: Trial;
  requests: RecordedRequest[];
  functions: readonly EventFunction[];
}

/** Has a plugin process an event, and then calls what is called with events that have passed the plugins. */
export async function takeStep(side: Side, message: Message): Promise<Step> {
  const { trial, functions } = side;
  const started = trial.fuel;
  const asks: Ask[] = [];
  const [tried] = await trial.process([message]);
  const outcomes = tried ? [tried.outcome] : [];
  const after = tried ? tried.after : (structuredClone(message.event) as JsonObject);
  const goesOn = !tried || tried.outcome.kind === "ok" || trial.plugin.config.onError === "pass";
  if (after !== null && goesOn)
    for (const name of functions)
      for (const call of callsWith(name, [{ ...message, event: structuredClone(after) as PluginEvent }])) {
        const { outcome, webhook } = await trial.call(call);
        outcomes.push(outcome);
        if (webhook) asks.push({ kind: "webhook", name: target(webhook), detail: JSON.stringify(webhook) });
      }
  return { outcomes, after, asks: [...takeAsks(side), ...asks], fuel: trial.fuel - started };
}

/** What a plugin has asked for since the last time. */
export function takeAsks({ trial, requests }: Pick<Side, "trial" | "requests">): Ask[] {
  const { captured, jobs, measured } = trial.takeAsked();
  return [
    ...requests.splice(0).map((request): Ask => ({ kind: "fetch", name: target(request), detail: request.url })),
    ...captured.map(({ event }): Ask => {
      return { kind: "capture", name: textOf(event.event), detail: JSON.stringify(event.properties) };
    }),
    ...jobs.map(({ name, payload, dueAt }): Ask => ({ kind: "job", name, detail: `${payload ?? ""} at ${dueAt}` })),
    ...measured.map(({ name, operation, value }): Ask => ({ kind: "metric", name, detail: `${operation} ${value}` })),
  ];
}

const target = ({ method, url }: { method: string; url: string }): string =>
  `${method} ${URL.canParse(url) ? new URL(url).host : url}`;

export const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
