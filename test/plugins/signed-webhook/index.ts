import { createHmac } from "crypto";
import fetch from "node-fetch";
import type { PluginEvent } from "@posthog/plugin-scaffold";

export async function onEvent(event: PluginEvent, { config }: any): Promise<void> {
  const body = JSON.stringify({ name: event.event, person: event.distinct_id });
  const signature = createHmac("sha1", config.secret).update(body).digest("hex");
  const response = await fetch(config.url, { method: "POST", body, headers: { "X-Signature": `sha1=${signature}` } });
  if (response.status !== 200) throw new Error(`The webhook answered ${response.status}`);
}
