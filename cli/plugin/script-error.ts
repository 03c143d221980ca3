import type { PluginLoadError } from "../../runtime/sandbox-options.ts";
import { LoadError } from "../errors.ts";
import { explainStack } from "../../host/plugins/explain-stack.ts";
import type { LoadedPlugin } from "./load-plugin.ts";

/** A script that failed while it was loaded, in terms of the author's own files. */
export function scriptError(plugin: LoadedPlugin, error: PluginLoadError): LoadError {
  const { at, frame, lines } = explainStack(plugin, error.guestStack);
  const explanation = [error.message, ...(frame ? ["", frame, ""] : []), ...lines.map((line) => `  ${line}`)].join(
    "\n",
  );
  return new LoadError(error.message, at, explanation);
}
