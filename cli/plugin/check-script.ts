import { checkFunctions } from "../../host/plugins/check-functions.ts";
import { InvalidPluginError } from "../../host/plugins/errors.ts";
import { inspectIn } from "../../host/plugins/inspect.ts";
import { PluginLoadError } from "../../runtime/sandbox-options.ts";
import { LoadError } from "../errors.ts";
import { loadImage } from "../image.ts";
import type { LoadedPlugin } from "./load-plugin.ts";
import { scriptError } from "./script-error.ts";

/**
 * Does what a server does when it installs a plugin: runs its script, and sees whether there is a function to call.
 * @throws {LoadError} when a server would refuse it
 */
export async function checkScript(plugin: LoadedPlugin): Promise<void> {
  try {
    const { warnings, ...found } = await inspectIn(await loadImage())(plugin.compiled.code);
    checkFunctions(found, plugin.entry, warnings, plugin.manifest);
  } catch (error) {
    if (error instanceof PluginLoadError) throw scriptError(plugin, error);
    if (error instanceof InvalidPluginError) throw new LoadError(error.message, { file: plugin.entry, line: null });
    throw error;
  }
}
