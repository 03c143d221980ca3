import { createBuffer } from "@posthog/plugin-contrib";
import type { Plugin } from "@posthog/plugin-scaffold";

const plugin: Plugin = {
  async setupPlugin({ global }) {
    global.buffer = createBuffer({
      limit: 4,
      timeoutSeconds: 5,
      onFlush: async (events: unknown[]) => {
        await fetch("https://bulk.example/events", { method: "POST", body: JSON.stringify(events) });
      },
    });
  },
  async onEvent(event, { global }) {
    global.buffer.add(event.event, event.properties?.weight ?? 1);
  },
  async teardownPlugin({ global }) {
    await global.buffer.flush();
  },
};

export default plugin;
