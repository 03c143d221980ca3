import type { PluginEvent } from "../../../host/event.ts";

/** When the events of these tests were received. */
export const RECEIVED_AT = Date.UTC(2026, 2, 4, 12, 0, 0);

/** The id of the message that carries them. */
export const MESSAGE_ID = "019cb8a0-0000-7000-8000-00000000000a";

/** An event as it comes out of the plugins, with some fields changed and those set to undefined deleted. */
export function pluginEvent(changes: { [key: string]: unknown } = {}): PluginEvent {
  const event: { [key: string]: unknown } = {
    uuid: "019cb8a0-0000-7000-8000-000000000001",
    event: "$pageview",
    distinct_id: "user-1",
    properties: { $current_url: "https://example.com/" },
    ip: "203.0.113.7",
    site_url: "https://events.example.com",
    team_id: 1,
    now: new Date(RECEIVED_AT).toISOString(),
    sent_at: null,
    ...changes,
  };
  for (const [key, value] of Object.entries(event)) if (value === undefined) delete event[key];
  return event as PluginEvent;
}
