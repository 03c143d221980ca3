import { z } from "zod";
import type { Env } from "../../env.ts";
import type { Team } from "../../store/teams.ts";
import { percentOf, WARNED_AT, warning } from "../../team/quotas/account.ts";
import { isDaily, limitOf, nextDay, QUOTA_NAMES, type QuotaName } from "../../team/quotas/quotas.ts";
import { allUsed, type Usage } from "../../team/quotas/usage.ts";
import { upstashOf } from "../../team/shared-access.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { isoOf, timestamp } from "../answers.ts";
import { route } from "../route.ts";
import { theTeam } from "../subjects.ts";

const quotaAnswer = z
  .strictObject({
    name: z.enum(QUOTA_NAMES),
    used: z
      .int()
      .nullable()
      .meta({ description: "Null for the cache when it is kept elsewhere, and not counted here." }),
    limit: z.int(),
    percent: z.int().nullable(),
    resets_at: timestamp.nullable().meta({ description: "Null for what is there, which does not begin anew." }),
  })
  .meta({ id: "QuotaUsage" });

const answer = z
  .strictObject({
    quotas: z.array(quotaAnswer),
    warnings: z.array(z.string()).meta({ description: "Of each quota of which 80 % or more are used." }),
    log_lines_left_out: z.int().meta({ description: "Today, since log_lines_per_day is used up." }),
  })
  .meta({ id: "Usage" });

/** How much a team has used of what it may have. */
export const usageRoutes = [
  route("/api/teams/{id}/usage", theTeam, (declare) => ({
    GET: declare({
      summary: "How much of each quota is used",
      description: "An operator changes quotas with PATCH /api/teams/{id}.",
      access: "read",
      answer,
      async handle({ env, subject }) {
        const usage = await usageOf(env, subject);
        const counted = allUsed(usage).filter(([name]) => !isElsewhere(env, name));
        const used = new Map(counted);
        const limit = (name: QuotaName): number => limitOf(subject.quotas ?? {}, name);
        return {
          quotas: QUOTA_NAMES.map((name) => quotaJson(name, used.get(name), limit(name), usage.day)),
          warnings: counted
            .filter(([name, amount]) => amount * 100 >= limit(name) * Math.min(...WARNED_AT))
            .map(([name, amount]) => warning(name, amount, limit(name), usage.day)),
          log_lines_left_out: usage.spent.lines_left_out ?? 0,
        };
      },
    }),
  })),
];

/** Shards that are no more in use still hold what they held. The first one keeps the account, and is asked when all others have told it. */
async function usageOf(env: Env, team: Team): Promise<Usage> {
  const [first, ...others] = objectsOf(team);
  if (first === undefined) throw new Error(`team ${team.id} has no shard`);
  await Promise.all(others.map((address) => teamStub(env, address).usage(address)));
  return teamStub(env, first).usage(first);
}

/** Whether something is kept where nothing counts it. */
const isElsewhere = (env: Env, name: QuotaName): boolean =>
  upstashOf(env) !== undefined && (name === "cache_keys" || name === "cache_bytes");

function quotaJson(name: QuotaName, used: number | undefined, limit: number, day: number): z.input<typeof quotaAnswer> {
  return {
    name,
    used: used ?? null,
    limit,
    percent: used === undefined ? null : percentOf(used, limit),
    resets_at: isDaily(name) ? isoOf(nextDay(day)) : null,
  };
}
