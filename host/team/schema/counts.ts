import type { OutcomeKind } from "../../../wit/generated/contract.ts";
import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EgressCounts } from "../insight/egress-counts.ts";
import type { Histogram } from "../insight/histogram.ts";

/** How often functions were called in a minute or an hour, and what that took: see `insight/call-stats.ts`. */
export const callStat = sqliteTable(
  "call_stat",
  {
    interval: text("interval", { enum: ["minute", "hour"] }).notNull(),
    start: integer("start").notNull(),
    pluginConfigId: integer("plugin_config_id").notNull(),
    version: text("version").notNull(),
    function: text("function").notNull(),
    kinds: text("kinds", { mode: "json" }).$type<Partial<Record<OutcomeKind, number>>>().notNull(),
    fuel: text("fuel", { mode: "json" }).$type<Histogram>().notNull(),
    duration: text("duration", { mode: "json" }).$type<Histogram>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.interval, table.start, table.pluginConfigId, table.version, table.function] }),
  ],
);

/** What plugins exchanged with a host in an hour or a day: see `insight/egress-stats.ts`. */
export const egressStat = sqliteTable(
  "egress_stat",
  {
    interval: text("interval", { enum: ["hour", "day"] }).notNull(),
    start: integer("start").notNull(),
    pluginConfigId: integer("plugin_config_id").notNull(),
    /** With its port, if that is not the scheme's own. */
    host: text("host").notNull(),
    counts: text("counts", { mode: "json" }).$type<EgressCounts>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.interval, table.start, table.pluginConfigId, table.host] })],
);

/** `meta.metrics`: the running value of each. */
export const metric = sqliteTable(
  "metric",
  {
    pluginConfigId: integer("plugin_config_id").notNull(),
    name: text("name").notNull(),
    value: real("value").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pluginConfigId, table.name] })],
);

/** How many events came in and what became of them: see `insight/ledger.ts`. */
export const ledger = sqliteTable(
  "ledger",
  {
    account: text("account", { enum: ["accepted", "created", "delivered", "dropped", "dead", "rejected"] }).notNull(),
    /** The config that dropped them; 0 for all else. */
    pluginConfigId: integer("plugin_config_id").notNull(),
    events: integer("events").notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.pluginConfigId] })],
);
