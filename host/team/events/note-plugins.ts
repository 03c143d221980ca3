import type { PluginEvent } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { EVENT_FUNCTIONS } from "../follow-ups/follow-ups.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { Progress } from "./progress.ts";

/** Gives an event what it says of the plugins that it has passed. */
export type NotePlugins = (event: PluginEvent, passed: Pick<Progress, "done" | "failed">) => PluginEvent;

/** For teams that do not want it: the event stays as it is. */
export const noteNothing: NotePlugins = (event) => event;

const PROCESSORS = ["processEvent", "processEventBatch"];

/** PostHog's `$plugins_succeeded`, `$plugins_failed` and `$plugins_deferred`: plugins by their name and config. */
export function notePlugins(configs: readonly PluginConfig[]): NotePlugins {
  return (event, { done, failed = [] }) => {
    const processors = configs.filter(({ id, methods }) => done.includes(id) && hasAny(methods, PROCESSORS));
    const lists = {
      $plugins_succeeded: processors.filter(({ id }) => !failed.includes(id)).map(labelOf),
      $plugins_failed: processors.filter(({ id }) => failed.includes(id)).map(labelOf),
      $plugins_deferred: configs.filter(({ methods }) => hasAny(methods, EVENT_FUNCTIONS)).map(labelOf),
    };
    if (Object.values(lists).every((list) => list.length === 0)) return event;
    return { ...event, properties: { ...(isObject(event.properties) ? event.properties : {}), ...lists } };
  };
}

const labelOf = ({ pluginName, id }: PluginConfig): string => `${pluginName} (${id})`;

const hasAny = (methods: readonly string[], names: readonly string[]): boolean =>
  names.some((name) => methods.includes(name));
