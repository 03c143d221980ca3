import type { PluginEvent } from "@posthog/plugin-scaffold";
import unused from "some-package-that-nobody-has";

const total = (items: { price: number }[] = []): number => items.reduce((sum, { price }) => sum + price, 0);

export function processEvent(event: PluginEvent) {
  event.properties!.total ??= total(event.properties!.items);
  return event;
}
