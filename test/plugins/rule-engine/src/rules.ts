import { upper } from "./text";

export type Rule = [property: string, action: "upper" | "drop"];

export function apply<E extends { properties?: Record<string, unknown> }>(event: E, rules: Rule[]): E {
  for (const [property, action] of rules) {
    if (!event.properties || !(property in event.properties)) continue;
    if (action === "drop") delete event.properties[property];
    else event.properties[property] = upper(String(event.properties[property]));
  }
  return event;
}
