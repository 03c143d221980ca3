import { z } from "zod";
import { mergeStats, type CallStat, type Interval } from "../../team/insight/call-stats.ts";
import { percentile, type Histogram } from "../../team/insight/histogram.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { isoOf, timestamp } from "../answers.ts";
import { route } from "../route.ts";
import { theTeam } from "../subjects.ts";
import { countedFields, countedTimes } from "./counted-times.ts";

const HOUR_MS = 3_600_000;
/** What is shown of each when nothing else is asked for. */
const SHOWN_MS: Record<Interval, number> = { minute: HOUR_MS, hour: 24 * HOUR_MS };

const distribution = z
  .strictObject({
    sum: z.number(),
    p50: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  })
  .meta({ id: "Distribution", description: "Percentiles are within a tenth of what they were." });

const answer = z
  .strictObject({
    interval: z.enum(["minute", "hour"]),
    from: timestamp,
    to: timestamp,
    results: z.array(
      z.strictObject({
        start: timestamp,
        plugin_config_id: z.int(),
        version: z.string(),
        function: z.string(),
        calls: z.int(),
        outcomes: z.record(z.string(), z.int()).meta({ description: "How many calls ended how." }),
        fuel: distribution,
        duration_ms: distribution,
      }),
    ),
  })
  .meta({ id: "Metrics" });

const query = z.object({
  interval: z.enum(["minute", "hour"], { error: "must be minute or hour" }).default("hour"),
  ...countedFields,
});

/** How a team's plugins fare. */
export const metricRoutes = [
  route("/api/teams/{id}/metrics", theTeam, (declare) => ({
    GET: declare({
      summary: "Calls of the team's plugins by minute or hour, with percentiles of fuel and duration",
      description: "Minutes are kept for 6 hours, hours for 31 days. `to` is now, `from` an hour or a day before it.",
      access: "read",
      query,
      answer,
      async handle({ env, subject, query: wanted, now }) {
        const asked = countedTimes(wanted, SHOWN_MS, now);
        const ofShards = objectsOf(subject).map((address) => teamStub(env, address).listCallStats(address, asked));
        const stats = mergeStats((await Promise.all(ofShards)).flat());
        return { interval: asked.interval, from: isoOf(asked.from), to: isoOf(asked.to), results: stats.map(toJson) };
      },
    }),
  })),
];

function toJson({ start, pluginConfigId, version, function: name, kinds, fuel, duration }: CallStat) {
  return {
    start: isoOf(start),
    plugin_config_id: pluginConfigId,
    version,
    function: name,
    calls: Object.values(kinds).reduce((all, count) => all + count, 0),
    outcomes: kinds,
    fuel: told(fuel),
    duration_ms: told(duration),
  };
}

const told = (histogram: Histogram) => ({
  sum: histogram.sum,
  p50: percentile(histogram, 0.5),
  p95: percentile(histogram, 0.95),
  p99: percentile(histogram, 0.99),
});
