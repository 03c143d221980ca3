import { InvalidPluginError } from "../errors.ts";

const MANIFEST = /(?:^|\/)plugin\.json$/;

/**
 * The folder of an archive in which its plugin lies, with a slash at its end: where the topmost plugin.json is. Without any, the folder
 * that all files share.
 * @throws {InvalidPluginError} when two lie equally far up
 */
export function pluginRoot(paths: readonly string[]): string {
  const roots = paths.filter((path) => MANIFEST.test(path)).map((path) => path.slice(0, -"plugin.json".length));
  const depth = Math.min(...roots.map(depthOf));
  const [root, another] = roots.filter((each) => depthOf(each) === depth);
  if (root === undefined) return sharedFolder(paths);
  if (another !== undefined)
    throw new InvalidPluginError([
      {
        path: "",
        message: `The archive has several plugins: ${root}plugin.json and ${another}plugin.json. Pack one of the folders`,
      },
    ]);
  return root;
}

const depthOf = (folder: string): number => folder.split("/").length;

/** The folder that all files of an archive are in, with a slash at its end; empty when there is none. */
export function sharedFolder([first = "", ...others]: readonly string[]): string {
  const folder = first.slice(0, first.indexOf("/") + 1);
  return others.every((path) => path.startsWith(folder)) ? folder : "";
}
