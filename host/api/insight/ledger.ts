import { eq } from "drizzle-orm";
import { z } from "zod";
import { plugin, pluginConfig } from "../../store/schema.ts";
import type { Balance } from "../../team/insight/ledger.ts";
import { objectsOf, teamStub } from "../../team/team-client.ts";
import { route } from "../route.ts";
import type { Scope } from "../scope.ts";
import { theTeam } from "../subjects.ts";

const answer = z
  .strictObject({
    accepted: z.int().meta({ description: "Events that clients sent." }),
    created: z.int().meta({ description: "Events that the team's plugins made." }),
    delivered: z.int(),
    dropped: z.int().meta({ description: "By plugins: events that PostHog never had to be paid for." }),
    dropped_by: z.array(
      z.strictObject({
        plugin_config_id: z.int(),
        plugin: z.string().nullable().meta({ description: "Null when the config is gone." }),
        events: z.int(),
      }),
    ),
    dead: z.int().meta({ description: "Refused by PostHog for good: see /api/dead-letters." }),
    in_flight: z.strictObject({ inbox: z.int(), outbox: z.int() }),
    rejected: z.int().meta({ description: "Parts of requests that were no events: see /api/ingestion-warnings." }),
    closes: z.boolean().meta({
      description: "Whether accepted + created = delivered + dropped + dead + in flight, in every shard.",
    }),
  })
  .meta({ id: "Ledger" });

/** Where a team's events have gone: it always closes. */
export const ledgerRoutes = [
  route("/api/teams/{id}/ledger", theTeam, (declare) => ({
    GET: declare({
      summary: "How many events came in, and what has become of them",
      access: "read",
      answer,
      async handle({ env, scope, subject }) {
        // Shards that are no more in use keep the account of what went through them.
        const addresses = objectsOf(subject);
        const balances = await Promise.all(addresses.map((address) => teamStub(env, address).balance(address)));
        const names = await namesOf(scope, subject.id);
        const sum = (pick: (balance: Balance) => number): number => balances.reduce((all, each) => all + pick(each), 0);
        const by = new Map<number, number>();
        for (const { dropped } of balances)
          for (const [id, events] of Object.entries(dropped)) by.set(Number(id), (by.get(Number(id)) ?? 0) + events);
        return {
          accepted: sum(({ accepted }) => accepted),
          created: sum(({ created }) => created),
          delivered: sum(({ delivered }) => delivered),
          dropped: sum(droppedIn),
          dropped_by: [...by].map(([id, events]) => ({ plugin_config_id: id, plugin: names.get(id) ?? null, events })),
          dead: sum(({ dead }) => dead),
          in_flight: { inbox: sum(({ inbox }) => inbox), outbox: sum(({ outbox }) => outbox) },
          rejected: sum(({ rejected }) => rejected),
          closes: balances.every(closes),
        };
      },
    }),
  })),
];

const droppedIn = ({ dropped }: Balance): number => Object.values(dropped).reduce((all, events) => all + events, 0);

const closes = (balance: Balance): boolean =>
  balance.accepted + balance.created ===
  balance.delivered + droppedIn(balance) + balance.dead + balance.inbox + balance.outbox;

async function namesOf({ db }: Scope, teamId: number): Promise<Map<number, string>> {
  const rows = await db
    .select({ id: pluginConfig.id, name: plugin.name })
    .from(pluginConfig)
    .innerJoin(plugin, eq(plugin.id, pluginConfig.pluginId))
    .where(eq(pluginConfig.teamId, teamId));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
