import { RetryError } from "@posthog/plugin-scaffold";
import type { Plugin, PluginEvent } from "@posthog/plugin-scaffold";

interface Row {
  id: string;
  name: string;
  person: string;
  at: string;
  data: string;
}

const rowOf = ({ uuid, event, distinct_id, timestamp, now, properties }: PluginEvent): Row => ({
  id: uuid,
  name: event,
  person: distinct_id,
  at: timestamp ?? now,
  data: JSON.stringify(properties ?? {}),
});

const plugin: Plugin = {
  async setupPlugin({ config, global }) {
    global.headers = { Authorization: `Bearer ${config.token}`, "Content-Type": "application/x-ndjson" };
    const probe = await fetch(`${config.endpoint}/health`, { headers: global.headers });
    if (!probe.ok) throw new Error(`The warehouse answers ${probe.status} ${probe.statusText}`);
  },

  async exportEvents(events, { config, global }) {
    const body = events.map((event) => JSON.stringify(rowOf(event))).join("\n");
    const response = await fetch(`${config.endpoint}/rows`, { method: "POST", headers: global.headers, body });
    if (response.status >= 500) throw new RetryError(`The warehouse is away (${response.status})`);
    if (!response.ok) throw new Error(await response.text());
    console.info("Exported", events.length, "events");
  },
};

export default plugin;
