import type { Webhook } from "../../../runtime/webhook.ts";
import { backoffMs } from "../../delivery/backoff.ts";
import { utf8Length } from "../../capture/utf8.ts";
import { describeError } from "../../describe-error.ts";
import { MissingBodyError } from "../bodies.ts";
import type { Bodies } from "../bodies.ts";
import type { Budget } from "../work/budget.ts";
import type { TeamDatabase } from "../database.ts";
import type { TeamLog } from "../insight/log.ts";
import type { Outbox } from "../events/outbox.ts";
import { attribute } from "../insight/outcomes.ts";
import type { Outcomes } from "../insight/outcomes.ts";
import type { Meter } from "../quotas/meter.ts";
import { CLOSED_PAUSE_MS, type PluginConfig } from "../plugins/plugin-config.ts";
import type { Sideline } from "../work/sideline.ts";
import type { TeamPlugins } from "../plugins/team-plugins.ts";
import { sendWebhook } from "./webhook-sender.ts";
import type { Sent, Way } from "./webhook-sender.ts";
import type { WebhookRow, Webhooks } from "./webhooks.ts";

export interface WebhookLaneDeps extends Way {
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

/** Requests that are under way at a time: the platform has six connections for all that an object does. */
const MAX_UNDER_WAY = 3;

/** How often a request is made that gets no answer, or one that says to come back. */
const MAX_ATTEMPTS = 15;

/** How long webhooks rest after a failure of the host. */
const HOST_FAILURE_PAUSE_MS = 5_000;

/** Makes the requests that plugins composed: at least once, and again as long as that may help. */
export class WebhookLane implements Sideline {
  readonly #deps: WebhookLaneDeps;
  readonly #underWay = new Set<number>();
  #restUntil = 0;

  constructor(deps: WebhookLaneDeps) {
    this.#deps = deps;
  }

  nextDue(): number | null {
    if (this.#underWay.size >= MAX_UNDER_WAY) return null;
    const dueAt = this.#deps.webhooks.nextDue([...this.#underWay]);
    return dueAt === null ? null : Math.max(dueAt, this.#opensAt);
  }

  start(budget: Budget, isSuspicious: boolean): Promise<void> | null {
    const row = this.#underWay.size < MAX_UNDER_WAY ? this.#next() : undefined;
    return row ? this.#sendAll(row, budget, isSuspicious) : null;
  }

  /** Takes one that is not under way. */
  #next(): WebhookRow | undefined {
    const { webhooks, now } = this.#deps;
    return now() < this.#opensAt ? undefined : webhooks.next(now(), [...this.#underWay]);
  }

  get #opensAt(): number {
    return Math.max(this.#restUntil, this.#deps.meter.opensAt("egress_requests_per_day", "egress_bytes_per_day"));
  }

  async #sendAll(first: WebhookRow, budget: Budget, isSuspicious: boolean): Promise<void> {
    const { now, plugins, webhooks } = this.#deps;
    for (let row: WebhookRow | undefined = first; row; row = budget.isLeft ? this.#next() : undefined) {
      const { id, pluginConfigId } = row;
      this.#underWay.add(id);
      try {
        // Put off in advance, so that one which takes the whole object down with it is not the first in line again.
        if (isSuspicious) this.#retry(row);
        const config = await plugins.use(
          async (all) => all.find((plugin) => plugin.config.id === pluginConfigId)?.config,
        );
        if (config?.closed !== undefined) {
          webhooks.retry(id, row.attempts, now() + CLOSED_PAUSE_MS);
          continue;
        }
        budget.spend(await (config ? this.#send(row, config) : this.#discard(row)));
      } catch (error) {
        // The host failed, not the plugin. The others have their turn first afterwards.
        console.error(`webhooks rest: ${describeError(error)}`);
        this.#restUntil = now() + HOST_FAILURE_PAUSE_MS;
        webhooks.retry(id, row.attempts, this.#restUntil);
      } finally {
        this.#underWay.delete(id);
      }
    }
  }

  async #send(row: WebhookRow, config: PluginConfig): Promise<number> {
    const { bodies } = this.#deps;
    let request: Webhook;
    try {
      request = JSON.parse(await bodies.get(row)) as Webhook;
    } catch (error) {
      if (!(error instanceof MissingBodyError)) throw error;
      return this.#discard(row, error.message);
    }
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
    const { bodies, db, log, outbox, outcomes, webhooks, redact, now } = this.#deps;
    const { id, attempts, pluginConfigId, eventUuid: uuid } = row;
    const isOver = outcome.kind !== "retry" || attempts + 1 >= MAX_ATTEMPTS;
    // Without its headers, which are where secrets belong.
    const rest = JSON.stringify({ url: redact(url), method, body: redact(body) });
    const buried = isOver && outcome.kind !== "ok" ? await bodies.put(rest) : null;
    db.transaction(() => {
      outcomes.record(attribute(config, outcome), uuid, now());
      if (!isOver) return this.#retry(row, retryAfterMs);
      webhooks.remove(id);
      if (!buried) return undefined;
      const answer = outcome.message ?? outcome.kind;
      log.write({ pluginConfigId, source: "SYSTEM", type: "ERROR", message: `webhook was given up: ${answer}` });
      const about = { status, answer: redact(answer), at: now(), pluginConfigId, function: outcome.function };
      return outbox.addDeadLetter({ uuid, ...buried, bytes: utf8Length(rest), ...about });
    });
    if (isOver) await bodies.delete([row]);
  }

  async #discard(row: WebhookRow, reason = "its plugin config is gone or disabled"): Promise<number> {
    const { bodies, db, log, webhooks } = this.#deps;
    const message = `webhook for event ${row.eventUuid} was discarded: ${reason}`;
    db.transaction(() => {
      log.write({ pluginConfigId: row.pluginConfigId, source: "SYSTEM", type: "WARN", message });
      webhooks.remove(row.id);
    });
    await bodies.delete([row]);
    return 0;
  }

  #retry({ id, attempts }: WebhookRow, retryAfterMs?: number): void {
    const { webhooks, now, random } = this.#deps;
    webhooks.retry(id, attempts + 1, now() + backoffMs(attempts + 1, random(), retryAfterMs));
  }
}
