import sources from "../build/modules.json" with { type: "json" };
import type { Value } from "./engine/heap.ts";
import { cannotImport } from "./module-advice.ts";

const MODULES: Readonly<Record<string, string>> = sources;

const MAX_NAME = 200;

/**
 * Answers the guest's request for a module: the text of its source, or a list with the reason why there is none. The guest library keeps what
 * it has got, so a plugin that uses no modules has none in its memory.
 * @param name whatever the guest sent
 */
export function requestModule(name: Value): string | readonly [string] {
  const text = String(name).slice(0, MAX_NAME);
  const key = text.replace(/^node:/, "");
  const source = Object.hasOwn(MODULES, key) ? MODULES[key] : undefined;
  return source ?? [cannotImport(text)];
}
