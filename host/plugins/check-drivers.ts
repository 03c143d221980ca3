import { cannotImport, insteadOf } from "../../runtime/module-advice.ts";
import { codeFrame } from "./code-frame.ts";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { PluginSyntaxError } from "./errors.ts";

const REQUIRE = /\brequire\(\s*(["'])([^"'\\\n]+)\1\s*\)/g;

/**
 * Refuses a file that imports a driver which plugins cannot have, wherever it does, and says what serves instead: such an import would fail
 * when it is come to, which may be much later. Imports that are unused or of types alone are not in compiled code.
 * @param source the text that the file was compiled of, line by line
 * @throws {PluginSyntaxError} that names the import and its line
 */
export function checkDrivers(file: string, source: string, { code }: CompiledFile): void {
  for (const { index, 2: name = "" } of code.matchAll(REQUIRE)) {
    if (insteadOf(name) === undefined || !isCode(file, code, index)) continue;
    const line = code.slice(0, index).split("\n").length;
    const column = Math.max(1, (source.split("\n")[line - 1] ?? "").indexOf(name));
    throw new PluginSyntaxError(file, cannotImport(name), { line, column, frame: codeFrame(source, line, column) });
  }
}

/** Whether a place is no part of a comment or a text: one parenthesis too many is an error there. */
function isCode(file: string, code: string, at: number): boolean {
  try {
    compileFile(file, `${code.slice(0, at)})${code.slice(at)}`);
    return false;
  } catch (error) {
    if (error instanceof PluginSyntaxError) return true;
    throw error;
  }
}
