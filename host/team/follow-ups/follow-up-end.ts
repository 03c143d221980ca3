import { utf8Length } from "../../capture/utf8.ts";
import { readWebhook } from "../../../runtime/webhook.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { TeamDatabase } from "../database.ts";
import { measureExport } from "./export-metrics.ts";
import { decideFate, waitOf } from "./follow-up-fate.ts";
import type { FollowUpItem } from "./follow-up-item.ts";
import type { FollowUp, FollowUps } from "./follow-ups.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Metrics } from "../insight/metrics.ts";
import type { Outbox } from "../events/outbox.ts";
import { withoutJobs } from "../plugins/invocation.ts";
import { attribute } from "../insight/outcomes.ts";
import type { Outcomes } from "../insight/outcomes.ts";
import type { PluginResult } from "../plugins/plugin-calls.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { RequestWriter } from "../request-writer.ts";
import type { Webhooks } from "./webhooks.ts";

export interface FollowUpEndDeps {
  db: TeamDatabase;
  followUps: FollowUps;
  bodies: Bodies;
  log: TeamLog;
  metrics: Metrics;
  outbox: Outbox;
  outcomes: Outcomes;
  requests: RequestWriter;
  webhooks: Webhooks;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  now(): number;
  random(): number;
}

/** What becomes of a follow-up when its call has ended: all of it in one transaction. */
export class FollowUpEnd {
  readonly #deps: FollowUpEndDeps;

  constructor(deps: FollowUpEndDeps) {
    this.#deps = deps;
  }

  async settle(row: FollowUp, plugin: Plugin, items: readonly FollowUpItem[], result: PluginResult): Promise<void> {
    const { bodies, db, outcomes, requests, webhooks, now } = this.#deps;
    const { outcome, json, ran } = result;
    const { config } = plugin;
    const fate = decideFate(row, config, result);
    const [first] = items;
    const asked = await requests.prepare(fate === "retry" ? withoutJobs(result.requests) : result.requests);
    const webhook = row.function === "composeWebhook" && outcome.kind === "ok" ? readWebhook(json ?? undefined) : null;
    const stored = webhook && (await bodies.put(JSON.stringify(webhook)));
    const buried = fate === "bury" ? await this.#copies(items) : [];
    let gone: StoredBody[] = [];
    try {
      gone = db.transaction(() => {
        requests.write(asked);
        if (row.function === "exportEvents") measureExport(this.#deps.metrics, config.id, items.length, outcome, fate);
        if (ran || fate !== "retry")
          outcomes.record(attribute(config, outcome), items.length === 1 ? (first?.uuid ?? null) : null, now());
        if (stored && first) webhooks.add(config.id, first.uuid, stored, now());
        if (fate === "retry") {
          this.retry(row);
          return [];
        }
        if (fate === "bury") this.#bury(row, items, buried, outcome.message ?? outcome.kind);
        return this.#deps.followUps.remove(row.id);
      });
    } catch (error) {
      await bodies.delete([...buried, ...(stored ? [stored] : [])]);
      await requests.discard(asked);
      throw error;
    }
    await bodies.delete(gone);
  }

  /** Puts a follow-up off. */
  retry(row: FollowUp): void {
    const { followUps, now, random } = this.#deps;
    followUps.retry(row.id, row.attempts + 1, now() + waitOf(row, random()));
  }

  /** Gives up a batch that nobody can take any more: it becomes dead letters. */
  async abandon(row: FollowUp, items: readonly FollowUpItem[], answer: string): Promise<void> {
    const { bodies, db } = this.#deps;
    const buried = await this.#copies(items);
    const gone = db.transaction(() => {
      this.#bury(row, items, buried, answer);
      return this.#deps.followUps.remove(row.id);
    });
    await bodies.delete(gone);
  }

  /** Gives up the other calls of a config that is gone. */
  async discardCalls(pluginConfigId: number): Promise<void> {
    const { bodies, db, followUps } = this.#deps;
    const gone = db.transaction(() => {
      const removed = followUps.removeCalls(pluginConfigId);
      this.#warn(
        pluginConfigId,
        `${removed.count} calls after events were discarded: the plugin config is gone or disabled`,
      );
      return removed.gone;
    });
    await bodies.delete(gone);
  }

  #copies(items: readonly FollowUpItem[]): Promise<StoredBody[]> {
    return Promise.all(items.map(({ json }) => this.#deps.bodies.put(json)));
  }

  #bury(
    { function: name, pluginConfigId }: FollowUp,
    items: readonly FollowUpItem[],
    copies: readonly StoredBody[],
    answer: string,
  ): void {
    const { outbox, redact, now } = this.#deps;
    for (const [i, { uuid, json }] of items.entries()) {
      const { body, blobKey } = copies[i] ?? { body: null, blobKey: null };
      const about = { status: 0, answer: redact(answer), at: now(), pluginConfigId, function: name };
      outbox.addDeadLetter({ uuid, body, blobKey, bytes: utf8Length(json), ...about });
    }
    const thing = name === "flushBuffer" ? "object" : "event";
    const given =
      items.length === 1 ? `1 ${thing}, which is a dead letter` : `${items.length} ${thing}s, which are dead letters`;
    this.#warn(pluginConfigId, `${name} was given up for ${given} now: ${answer}`);
  }

  #warn(pluginConfigId: number, message: string): void {
    this.#deps.log.write({ pluginConfigId, source: "SYSTEM", type: "WARN", message });
  }
}
