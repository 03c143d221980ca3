import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { PreviewReport } from "../../team/dry-run/preview.ts";
import { triedOutcome } from "./dry-run-json.ts";

const kind = z.enum(OUTCOME_KINDS).nullable();
const event = { uuid: z.string(), event: z.string() };
const pair = <Value extends z.ZodType>(value: Value) => z.strictObject({ from: value, to: value });
const percentiles = z.strictObject({ p50: z.number(), p95: z.number() });

/** What the versions made of the events. */
export const previewRun = z.strictObject({
  setup: pair(triedOutcome.nullable()).meta({
    description: "How the setups failed; null when they did not. With one that did, no event is run.",
  }),
  events: z.strictObject({
    recent: z.int().meta({ description: "Recent events that there were, 100 at most" }),
    run: z.int(),
    same: z.int().meta({ description: "Of which both versions made the same and asked for the same" }),
    stopped_by: z
      .enum(["fuel", "time"])
      .nullable()
      .meta({ description: "What ended it before all had been run: two billion of fuel, or 30 seconds" }),
  }),
  outcomes: z
    .array(
      z.strictObject({
        function: z.string(),
        from: kind,
        to: kind,
        count: z.int(),
        example: z.strictObject({ ...event, from: triedOutcome.nullable(), to: triedOutcome.nullable() }),
      }),
    )
    .meta({ description: "Events for which a function ended in another way, the most frequent first" }),
  outputs: z
    .array(
      z.strictObject({
        path: z.string().meta({ description: "Such as properties.tags[]; empty for the event as a whole" }),
        kind: z.enum(["added", "removed", "changed"]),
        count: z.int().meta({ description: "Events" }),
        example: z.strictObject({ ...event, from: z.string().nullable(), to: z.string().nullable() }).meta({
          description: "Values are JSON, cut after 500 characters; null where there is none.",
        }),
      }),
    )
    .meta({ description: "Places of the events in which the results differ" }),
  asks: z
    .array(
      z.strictObject({
        kind: z.enum(["fetch", "webhook", "capture", "job", "metric"]),
        name: z.string().meta({ description: "A method and host, or the name of an event, job or metric" }),
        from: z.int(),
        to: z.int(),
        example: z.strictObject({
          event: z.strictObject(event).nullable().meta({ description: "Null for the setup" }),
          by: z.enum(["from", "to"]),
          detail: z.string(),
        }),
      }),
    )
    .meta({ description: "What one version asked for and the other did not, and how often" }),
  left_out: z.int().meta({ description: "Differences of further kinds: at most 100 of each are told." }),
  fuel: pair(percentiles.nullable()).extend({
    ratio: percentiles.nullable().meta({ description: "Of the new one to the old one" }),
  }),
});

export function previewJson(
  { run, same, stoppedBy, leftOut, fuel, ...report }: PreviewReport,
  recent: number,
): z.input<typeof previewRun> {
  const [from, to] = [percentilesOf(fuel.from), percentilesOf(fuel.to)];
  const ratio = from && to && { p50: ratioOf(to.p50, from.p50), p95: ratioOf(to.p95, from.p95) };
  return {
    ...report,
    events: { recent, run, same, stopped_by: stoppedBy },
    left_out: leftOut,
    fuel: { from, to, ratio },
  };
}

function percentilesOf(values: readonly number[]): { p50: number; p95: number } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  return sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95) };
}

/** To two digits. What takes nothing is as good as one. */
const ratioOf = (a: number, b: number): number => Math.round((100 * Math.max(a, 1)) / Math.max(b, 1)) / 100;
