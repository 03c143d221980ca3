import { z } from "zod";
import { OUTCOME_KINDS } from "../../../wit/generated/contract.ts";
import type { Json } from "../../event.ts";
import { diffEvent } from "../../event-diff/event-diff.ts";
import type { DryRunReport } from "../../team/dry-run/dry-run.ts";
import type { TimedOutcome } from "../../team/insight/timed-outcome.ts";
import { isoOf, json, jsonObject } from "../answers.ts";

/** How a call ended that nothing is kept of. */
export const triedOutcome = z
  .strictObject({
    function: z.string(),
    kind: z.enum(OUTCOME_KINDS),
    reason: z.string().optional(),
    message: z.string().optional(),
    limit: z.string().optional(),
    value: z.number().optional(),
    fuel: z.number().meta({ description: "Of an event in a batch: that of the whole batch." }),
    ms: z.number().optional().meta({ description: "Milliseconds that passed while the call waited." }),
    unhandled: z.array(z.string()).optional(),
    results: z.array(jsonObject).optional(),
  })
  .meta({ id: "TriedOutcome" });

const change = z.strictObject({ key: z.string(), kind: z.string(), before: json.optional(), after: json.optional() });

export const dryRunAnswer = z
  .strictObject({
    setup: triedOutcome.nullable().meta({ description: "How the setup failed; null when it did not." }),
    results: z.array(
      z.strictObject({
        before: jsonObject,
        after: jsonObject.nullable().meta({ description: "Null when it was dropped." }),
        diff: z.strictObject({ properties: z.array(change), fields: z.array(change) }),
        outcome: triedOutcome,
      }),
    ),
    called: z
      .array(
        z.strictObject({
          outcome: triedOutcome,
          returned: json,
          webhook: z
            .strictObject({
              method: z.string(),
              url: z.string(),
              headers: z.array(z.tuple([z.string(), z.string()])),
              body: z.string(),
            })
            .nullable()
            .meta({ description: "The request that composeWebhook asked for, which was not sent." }),
        }),
      )
      .meta({ description: "The calls of another function or job: one for each event, or one with all of them." }),
    logs: z.array(z.strictObject({ source: z.string(), type: z.string(), message: z.string() })),
    fetches: z.array(z.strictObject({ method: z.string(), url: z.string(), status: z.int().nullable() })),
    captured: z.array(jsonObject),
    jobs: z.array(z.strictObject({ name: z.string(), payload: json, due: z.string() })),
    metrics: z.array(z.strictObject({ name: z.string(), operation: z.string(), value: z.number() })),
    written: z
      .strictObject({ storage: jsonObject, cache: jsonObject })
      .meta({ description: "What it would have stored." }),
    fuel: z.number(),
    left: z.int().meta({
      description: "Events that were not run: after two billion of fuel, or a minute, none is begun any more.",
    }),
  })
  .meta({ id: "DryRun", description: "Secrets of the config and keys of the team are taken out of all texts in it." });

export function dryRunJson(report: DryRunReport): z.input<typeof dryRunAnswer> {
  const { missing: _, results, called, jobs, written, ...same } = report;
  return {
    ...same,
    results: results.map((result) => ({
      ...result,
      diff: withoutSame(diffEvent(result)),
      outcome: outcomeJson(result.outcome),
    })),
    called: called.map((each) => ({ ...each, outcome: outcomeJson(each.outcome), returned: parsed(each.returned) })),
    jobs: jobs.map(({ name, payload, dueAt }) => ({ name, payload: parsed(payload), due: isoOf(dueAt) })),
    written: { storage: Object.fromEntries(written.storage), cache: Object.fromEntries(written.cache) },
  };
}

/** A quota that was used up is told as the limit that it is. */
const outcomeJson = ({ quota, ...ended }: TimedOutcome): z.input<typeof triedOutcome> => ({
  ...ended,
  ...(quota && { limit: quota.name, value: quota.limit }),
});

const parsed = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json));

function withoutSame(diff: ReturnType<typeof diffEvent>): ReturnType<typeof diffEvent> {
  const isChange = ({ kind }: { kind: string }): boolean => kind !== "same";
  return { properties: diff.properties.filter(isChange), fields: diff.fields.filter(isChange) };
}
