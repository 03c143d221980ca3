import { text } from "node:stream/consumers";

import type { Json } from "../host/event.ts";
import { isObject } from "../host/is-object.ts";
import { readText } from "./case/read-case.ts";
import { UsageError } from "./errors.ts";
import { shorten } from "./print/shorten.ts";

const FORMS = "give an object, an array of objects, or an object on each line";

/** The events of a file: one object, an array of them, or one on each line. `-` is the standard input. */
export async function readEvents(path: string, stdin: NodeJS.ReadableStream): Promise<Json[]> {
  const source = path === "-" ? await text(stdin) : await readText(path);
  const content = source.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new UsageError(`${nameOf(path)} holds no event`);
  const whole = parse(content);
  const list = Array.isArray(whole) ? whole : whole === undefined ? parseLines(content, path) : [whole];
  if (list.length === 0) throw new UsageError(`${nameOf(path)} holds no event`);
  for (const [i, event] of list.entries())
    if (!isObject(event))
      throw new UsageError(
        `${nameOf(path)}: ${Array.isArray(whole) ? `element ${i + 1} of the array` : shorten(JSON.stringify(event), 40)} is not an event; ${FORMS}`,
      );
  return list;
}

function parseLines(content: string, path: string): Json[] {
  return content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const event = parse(line);
    if (event === undefined) throw new UsageError(`${nameOf(path)}: line ${i + 1} is not valid JSON; ${FORMS}`);
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
