import { readFile } from "node:fs/promises";

import type { JsonObject } from "../../host/event.ts";
import { UsageError } from "../errors.ts";
import { caseSchema } from "./schema.ts";
import type { PluginCase } from "./schema.ts";

/** A case as read, and the object that was in its file, for writing it back. */
export interface CaseFile {
  path: string;
  raw: JsonObject;
  case: PluginCase;
}

/** Reads a case file. Throws UsageError that names every place where it is not in the format. */
export async function readCase(path: string): Promise<CaseFile> {
  const raw = parseJson(await readText(path), path);
  const parsed = caseSchema.safeParse(raw);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${place(issue.path)}${issue.message}`);
    throw new UsageError([`${path} is not a case:`, ...lines].join("\n  "));
  }
  const { events = [], calls } = parsed.data;
  if (events.length > 0 && calls !== undefined)
    throw new UsageError(`${path} has both events and calls; move the events into the calls`);
  return { path, raw: raw as JsonObject, case: parsed.data };
}

/** The text of a file that the user named. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}

function place(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text === "" ? "" : `${text.replace(/^\./, "")}: `;
}
