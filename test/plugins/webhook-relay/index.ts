import type { PostHogEvent, Webhook } from "@posthog/plugin-scaffold";

export function getSettings(): { handlesLargeBatches: boolean } {
  return { handlesLargeBatches: true };
}

export function composeWebhook(event: PostHogEvent, { config }: any): Webhook | null {
  if (event.event === "$pageleave") return null;
  return {
    url: `${config.url}?day=${event.timestamp.getUTCDate()}`,
    headers: { "Content-Type": "application/json", "X-Team": String(event.team_id) },
    body: JSON.stringify({ at: event.timestamp.toISOString(), name: event.event, properties: event.properties }),
    method: event.event === "delete" ? "DELETE" : "POST",
  };
}
