import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** What is typed, key by key, once the terminal shows something. */
export type Typed = [shown: RegExp, ...keys: string[]];

/** Keys of a keyboard. */
export const DOWN = "\u001b[B";
export const ENTER = "\r";
export const SPACE = " ";
/** Ctrl-U: empties a line. */
export const CLEAR = "\u0015";

/** A terminal with somebody who types when it asks. */
export function typist(typed: readonly Typed[]) {
  let [asked, seen] = ["", ""];
  const waiting = [...typed];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  output.on("data", (data: Buffer) => {
    const text = stripVTControlCharacters(data.toString());
    asked += text;
    seen += text;
    const [next] = waiting;
    if (!next?.[0].test(seen)) return;
    waiting.shift();
    seen = "";
    const [, ...keys] = next;
    const type = (): void => {
      const key = keys.shift();
      if (key === undefined) return;
      input.write(key);
      setTimeout(type, 20);
    };
    setTimeout(type, 20);
  });
  return {
    input,
    output,
    /** All that was shown so far. */
    asked: () => asked,
    /** What was to be typed and was never asked for. */
    left: () => waiting,
  };
}
