import type { Json } from "../../event.ts";
import type { Redactor } from "../../secrets/redactor.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import type { DryRunReport } from "./dry-run.ts";

/**
 * A report as it may be shown: without secrets in any of the texts that a plugin made up, events included. People paste reports, which they
 * would not do with the events of their visitors.
 */
export function redactReport(report: DryRunReport, { text, json }: Redactor): DryRunReport {
  const jsonText = (value: string | null): string | null =>
    value === null ? null : JSON.stringify(json(JSON.parse(value) as Json));
  return {
    ...report,
    setup: report.setup && redactOutcome(report.setup, text),
    results: report.results.map(({ before, after, outcome }) => ({
      before: json(before),
      after: after && json(after),
      outcome: redactOutcome(outcome, text),
    })),
    called: report.called.map(({ outcome, returned, webhook }) => ({
      outcome: redactOutcome(outcome, text),
      returned: jsonText(returned),
      webhook: webhook && {
        url: text(webhook.url),
        method: text(webhook.method),
        headers: webhook.headers.map(([name, value]): [string, string] => [text(name), text(value)]),
        body: text(webhook.body),
      },
    })),
    logs: report.logs.map(({ source, type, message }) => ({ source, type, message: text(message) })),
    fetches: report.fetches.map((request) => ({ ...request, method: text(request.method), url: text(request.url) })),
    captured: report.captured.map((event) => json(event)),
    jobs: report.jobs.map(({ name, payload, dueAt }) => ({ name: text(name), payload: jsonText(payload), dueAt })),
    metrics: report.metrics.map(({ name, operation, value }) => ({ name: text(name), operation, value })),
    written: {
      storage: report.written.storage.map(([key, value]) => [text(key), jsonText(value)]),
      cache: report.written.cache.map(([key, value]) => [
        text(key),
        Array.isArray(value) ? value.map(text) : value && text(value),
      ]),
    },
  };
}
