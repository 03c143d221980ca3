import { codeFrame } from "./code-frame.ts";
import { InvalidPluginError } from "./errors.ts";
import { positionInStack, type SourceMap } from "./source-position.ts";

/**
 * What the author is told about an error that came of loading compiled code: its place and a code frame. An error
 * without `guestStack` is not the plugin's and comes back as it is.
 */
export function loadError(
  error: unknown,
  entry: string,
  texts: Readonly<Record<string, string>>,
  map: SourceMap,
): unknown {
  if (!(error instanceof Error) || !("guestStack" in error)) return error;
  const at = positionInStack(map, String(error.guestStack));
  const source = at === null ? undefined : texts[at.file];
  if (at === null || source === undefined)
    return new InvalidPluginError([{ path: entry, message: `does not load: ${error.message}` }]);
  const { file, line, column } = at;
  const frame = codeFrame(source, line, column);
  return new InvalidPluginError([
    { path: file, message: `does not load: ${error.message} (${line}:${column})\n\n${frame}` },
  ]);
}
