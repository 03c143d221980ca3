import sources from "../build/modules.json" with { type: "json" };
import type { Value } from "./engine/heap.ts";
import { adviceOn } from "./module-advice.ts";

const MODULES: Readonly<Record<string, string>> = sources;

/** Whether plugins can import a module, its name without `node:` in front. */
export const isModule = (name: string): boolean => Object.hasOwn(MODULES, name);

/**
 * Answers the guest's request for a module: the text of its source, or a list with the reason why there is none. The guest library keeps what
 * it has got, so a plugin that uses no modules has none in its memory.
 * @param name whatever the guest sent
 */
export function requestModule(name: Value): string | readonly [string] {
  const key = String(name);
  const source = isModule(key) ? MODULES[key] : undefined;
  return source ?? [cannotImport(key)];
}

/** PostHog's words, and what to do about it. */
export function cannotImport(name: string): string {
  return `Cannot import '${name}'! This package is not provided by PostHog in plugins. ${adviceOn(name)}`;
}
