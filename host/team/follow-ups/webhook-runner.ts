import type { Webhook } from "../../../runtime/webhook.ts";
import { backoffMs } from "../../delivery/backoff.ts";
import { utf8Length } from "../../capture/utf8.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies, StoredBody } from "../bodies.ts";
import type { JsonObject } from "../../event.ts";
import type { TeamDatabase } from "../database.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Outbox } from "../events/outbox.ts";
import { attribute } from "../insight/outcomes.ts";
import type { Outcomes } from "../insight/outcomes.ts";
import type { Meter } from "../quotas/meter.ts";
import { CLOSED_PAUSE_MS, type PluginConfig } from "../plugins/plugin-config.ts";
import { ConfigLanes, HOST_FAILURE_PAUSE_MS } from "../work/config-lanes.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { sendWebhook } from "./webhook-sender.ts";
import type { Sent, Way } from "./webhook-sender.ts";
import type { WebhookRow, Webhooks } from "./webhooks.ts";

export interface WebhookRunnerDeps extends Way {
  db: TeamDatabase;
  webhooks: Webhooks;
  bodies: Bodies;
  log: TeamLog;
  meter: Meter;
  outbox: Outbox;
  outcomes: Outcomes;
  plugins: TeamPlugins;
  /** Takes the team's secrets out of a text. */
  redact(text: string): string;
  random(): number;
}

/** Configs whose requests are under way at a time: the platform has six connections for all that an object does. */
const MAX_CONFIGS = 3;

/** How often a request is made that gets no answer, or one that says to come back. */
const MAX_ATTEMPTS = 15;

/** Makes the requests that plugins composed: at least once, and again as long as that may help. */
export class WebhookRunner {
  /** Where the work goes on, beside the events. */
  readonly lanes: ConfigLanes;
  readonly #deps: WebhookRunnerDeps;

  constructor(deps: WebhookRunnerDeps) {
    const { meter, webhooks, now } = deps;
    this.#deps = deps;
    this.lanes = new ConfigLanes({
      what: "webhooks",
      queue: webhooks,
      step: (configId, isSuspicious) => this.#next(configId, isSuspicious),
      maxConfigs: MAX_CONFIGS,
      quotas: ["egress_requests_per_day", "egress_bytes_per_day"],
      meter,
      now,
    });
  }

  /** @returns what it took, as fuel, or null when the config has none to be made */
  async #next(configId: number, isSuspicious: boolean): Promise<number | null> {
    const { plugins, webhooks, now } = this.#deps;
    const config = await plugins.use(async (all) => all.find((plugin) => plugin.config.id === configId)?.config);
    if (config?.closed !== undefined) {
      this.lanes.rest(configId, now() + CLOSED_PAUSE_MS);
      return null;
    }
    const row = webhooks.next(configId, now());
    if (!row) return null;
    // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
    if (isSuspicious) this.#retry(row);
    try {
      const request = await this.#read(row);
      if (!request) return 0;
      return await (config ? this.#send(row, config, request) : this.#abandon(row, request));
    } catch (error) {
      // The host failed, not the plugin. The others have their turn first afterwards.
      webhooks.retry(row.id, row.attempts, now() + HOST_FAILURE_PAUSE_MS);
      throw error;
    }
  }

  /** @returns undefined for a request that was lost in R2, and is forgotten */
  async #read(row: WebhookRow): Promise<Webhook | undefined> {
    const { bodies, db, log, webhooks } = this.#deps;
    try {
      return JSON.parse(await bodies.get(row)) as Webhook;
    } catch (error) {
      if (!(error instanceof MissingBodyError)) throw error;
      const message = `webhook for event ${row.eventUuid} was discarded: ${error.message}`;
      db.transaction(() => {
        log.write({ pluginConfigId: row.pluginConfigId, source: "SYSTEM", type: "WARN", message });
        webhooks.remove(row.id);
      });
      return undefined;
    }
  }

  async #send(row: WebhookRow, config: PluginConfig, request: Webhook): Promise<number> {
    const sent = await sendWebhook(config, request, this.#deps);
    await this.#settle(row, config, request, sent);
    return sent.outcome.fuel;
  }

  async #settle(
    row: WebhookRow,
    config: PluginConfig,
    { url, method, body }: Webhook,
    { outcome, status, retryAfterMs }: Sent,
  ): Promise<void> {
    const { bodies, db, outcomes, webhooks, redact, now } = this.#deps;
    const { id, attempts, eventUuid: uuid } = row;
    const isOver = outcome.kind !== "retry" || attempts + 1 >= MAX_ATTEMPTS;
    // Without its headers, which are where secrets belong.
    const rest = { url: redact(url), method, body: redact(body) };
    const letter = isOver && outcome.kind !== "ok" ? await this.#letterOf(rest) : null;
    db.transaction(() => {
      outcomes.record(attribute(config, outcome), uuid, now());
      if (!isOver) return this.#retry(row, retryAfterMs);
      webhooks.remove(id);
      return letter && this.#bury(row, letter, status, outcome.message ?? outcome.kind);
    });
    if (isOver) await bodies.delete([row]);
  }

  /** Gives up a request whose config is gone or disabled. No more of it is kept than its host: what in it is secret, nobody knows any more. */
  async #abandon(row: WebhookRow, { url, method }: Webhook): Promise<number> {
    const { bodies, db, webhooks } = this.#deps;
    const letter = await this.#letterOf({ url: URL.parse(url)?.origin ?? null, method });
    db.transaction(() => {
      webhooks.remove(row.id);
      this.#bury(row, letter, 0, "its plugin config is gone or disabled");
    });
    await bodies.delete([row]);
    return 0;
  }

  async #letterOf(rest: JsonObject): Promise<StoredBody & { bytes: number }> {
    const json = JSON.stringify(rest);
    return { ...(await this.#deps.bodies.put(json)), bytes: utf8Length(json) };
  }

  /** Part of the caller's transaction. @param answer why it was given up */
  #bury(
    { eventUuid: uuid, pluginConfigId }: WebhookRow,
    letter: StoredBody & { bytes: number },
    status: number,
    answer: string,
  ): void {
    const { log, outbox, redact, now } = this.#deps;
    log.write({ pluginConfigId, source: "SYSTEM", type: "ERROR", message: `webhook was given up: ${answer}` });
    const about = { status, answer: redact(answer), at: now(), pluginConfigId, function: "webhook" };
    outbox.addDeadLetter({ uuid, ...letter, ...about });
  }

  #retry({ id, attempts }: WebhookRow, retryAfterMs?: number): void {
    const { webhooks, now, random } = this.#deps;
    webhooks.retry(id, attempts + 1, now() + backoffMs(attempts + 1, random(), retryAfterMs));
  }
}
