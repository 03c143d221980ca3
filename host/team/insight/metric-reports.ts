import { capturedMessage } from "../../capabilities/posthog-capture.ts";
import type { Message } from "../../event.ts";
import { createdEvent } from "../events/accepted-event.ts";
import type { TeamDatabase } from "../database.ts";
import { derivedUuid } from "../events/derived-uuid.ts";
import type { Inbox } from "../events/inbox.ts";
import type { Intake } from "../events/intake.ts";
import type { Metrics } from "./metrics.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";

export interface MetricReportsDeps {
  db: TeamDatabase;
  inbox: Inbox;
  intake: Intake;
  metrics: Metrics;
  plugins: TeamPlugins;
  now(): number;
}

/**
 * Tells the metrics of plugins as events of theirs, `$$plugin_metrics`. No plugin sees them: one that counts events would have something
 * to tell of its own reports for ever.
 */
export class MetricReports {
  readonly #deps: MetricReportsDeps;

  constructor(deps: MetricReportsDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    return this.#deps.metrics.nextDue();
  }

  /** @returns the fuel that it took, none, or null when no report is due */
  async step(): Promise<number | null> {
    const { db, inbox, intake, metrics, plugins, now } = this.#deps;
    const due = metrics.nextDue();
    if (due === null || due > now()) return null;
    await plugins.use(async (current) => {
      const messages = await Promise.all(current.map((plugin) => this.#report(plugin, due)));
      const events = messages.filter((message) => message !== undefined).map((message) => createdEvent(message));
      const rows = await intake.prepare(events);
      db.transaction(() => {
        inbox.append(rows, now());
        metrics.reset();
      });
    });
    return 0;
  }

  /** The same event again when the process ended before it was noted as told. */
  async #report({ config }: Plugin, due: number): Promise<Message | undefined> {
    const values = this.#deps.metrics.all().get(config.id);
    if (!values) return undefined;
    const { pluginName, pluginId, tag } = config;
    const properties = { ...values, plugin_name: pluginName, plugin_id: pluginId, plugin_tag: tag };
    const uuid = await derivedUuid(["metrics", config.teamId, config.id, due]);
    return {
      ...capturedMessage(config, "$$plugin_metrics", JSON.stringify(properties), due, uuid),
      hops: 0,
      isReport: true,
    };
  }
}
