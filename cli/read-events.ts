import { text } from "node:stream/consumers";

import type { Json } from "../host/event.ts";
import { readText } from "./case/read-case.ts";
import { UsageError } from "./errors.ts";

/** The events of a file: one object, an array of them, or one on each line. `-` is the standard input. */
export async function readEvents(path: string, stdin: NodeJS.ReadableStream): Promise<Json[]> {
  const source = path === "-" ? await text(stdin) : await readText(path);
  const content = source.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new UsageError(`${nameOf(path)} holds no event`);
  const whole = parse(content);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  return content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const event = parse(line);
    if (event === undefined)
      throw new UsageError(
        `${nameOf(path)}: line ${i + 1} is not valid JSON; give an object, an array, or an object on each line`,
      );
    return [event];
  });
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const nameOf = (path: string): string => (path === "-" ? "the standard input" : path);
