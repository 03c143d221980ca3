import { z } from "zod";
import { type EgressInterval, type EgressStat, mergeEgress } from "../../team/insight/egress-stats.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { isoOf, timestamp } from "../answers.ts";
import { digits } from "../parse.ts";
import { route } from "../route.ts";
import { nothing } from "../subjects.ts";
import { countedFields, countedTimes } from "./counted-times.ts";

const HOUR_MS = 3_600_000;
/** What is shown of each when nothing else is asked for. */
const SHOWN_MS: Record<EgressInterval, number> = { hour: 24 * HOUR_MS, day: 30 * 24 * HOUR_MS };

const answer = z
  .strictObject({
    interval: z.enum(["hour", "day"]),
    from: timestamp,
    to: timestamp,
    results: z.array(
      z.strictObject({
        start: timestamp,
        plugin_config_id: z.int(),
        host: z.string().meta({ description: "`(other)` for those beyond the first 50 of a config in that time." }),
        requests: z.int().meta({ description: "Those that left, each redirect for itself." }),
        answers: z.record(z.string(), z.int()).meta({ description: "By class of status, such as `2xx`." }),
        failed: z.int().meta({ description: "Those that had no answer." }),
        refused: z.int().meta({ description: "Those that did not leave: no grant, no public address, too many." }),
        bytes_out: z.int(),
        bytes_in: z.int(),
      }),
    ),
  })
  .meta({ id: "Egress" });

const query = z.object({
  team_id: digits,
  interval: z.enum(["hour", "day"], { error: "must be hour or day" }).default("day"),
  ...countedFields,
});

/** Whom a team's plugins talk to. */
export const egressRoutes = [
  route("/api/egress", nothing, (declare) => ({
    GET: declare({
      summary: "What plugins sent out and got back, by host and hour or day",
      description: "Hours are kept for 7 days, days for 90. `to` is now, `from` a day or 30 days before it.",
      access: "read",
      query,
      answer,
      async handle({ env, scope, query: wanted, now }) {
        const team = await scope.team(wanted.team_id);
        const asked = countedTimes(wanted, SHOWN_MS, now);
        const ofShards = objectsOf(team).map((address) => teamStub(env, address).listEgress(address, asked));
        const stats = mergeEgress((await Promise.all(ofShards)).flat());
        return { interval: asked.interval, from: isoOf(asked.from), to: isoOf(asked.to), results: stats.map(toJson) };
      },
    }),
  })),
];

function toJson({ start, pluginConfigId, host, counts }: EgressStat) {
  const { bytesOut, bytesIn, ...same } = counts;
  const about = { start: isoOf(start), plugin_config_id: pluginConfigId, host };
  return { ...about, ...same, bytes_out: bytesOut, bytes_in: bytesIn };
}
