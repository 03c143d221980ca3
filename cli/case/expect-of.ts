import type { Json, JsonObject } from "../../host/event.ts";
import type { FetchRecord } from "../capabilities/fetch-record.ts";
import type { RunOutput } from "../run/output.ts";
import { compareKey, missedKeys } from "./compare.ts";

/** The `expect` that a run is as expected by: what there is to tell, without what no author would foretell. */
export function expectOf(output: RunOutput): JsonObject {
  const { setup, returns, throws, outcomes, capture, jobs, metrics, storage, cache, cacheTtl, logs } = output;
  const isTold = outcomes.every(({ kind }) => kind === "ok" || kind === "threw");
  const entries: [string, unknown][] = [
    ["setupThrows", setup?.error],
    ["returns", setup ? undefined : returns],
    ["throws", throws.some((thrown) => thrown !== null) ? throws : undefined],
    [
      "outcomes",
      isTold
        ? undefined
        : outcomes.map(({ function: name, kind, reason, limit }) => ({ function: name, kind, reason, limit })),
    ],
    ["fetch", unlessEmpty(output.fetch.map(requestOf))],
    ["capture", unlessEmpty(capture)],
    ["jobs", unlessEmpty(jobs)],
    ["metrics", unlessEmpty(metrics)],
    ["storage", unlessEmpty(storage)],
    ["cache", unlessEmpty(cache)],
    ["cacheTtl", unlessEmpty(cacheTtl)],
    ["logs", unlessEmpty(logs.map(({ level, message }) => ({ level, contains: message })))],
  ];
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as JsonObject;
}

/**
 * The `expect` of an author, brought up to date with as little as makes it true: what holds stays as it was written, and
 * nothing is added but what would be missed.
 */
export function updatedExpect(author: JsonObject, output: RunOutput): JsonObject {
  const fresh: JsonObject = {
    ...expectOf(output),
    setup: output.setup && { ...output.setup },
    fuel: output.fuel,
    memoryBytes: output.memoryBytes,
  };
  const entries = Object.entries(author).flatMap(([name, value]): [string, Json][] => {
    if (compareKey(name, value, output).length === 0) return [[name, value]];
    const now = Object.hasOwn(fresh, name) ? fresh[name] : undefined;
    return now === undefined ? [] : [[name, name === "throws" ? keptThrows(value, now) : now]];
  });
  const expect = Object.fromEntries(entries);
  for (const name of missedKeys(expect, output)) {
    const now = fresh[name];
    if (now !== undefined) expect[name] = now;
  }
  return expect;
}

/** Of texts that must be contained, those that still are. */
function keptThrows(author: Json, now: Json): Json {
  if (!Array.isArray(author) || !Array.isArray(now)) return now;
  return now.map((thrown, i) => {
    const wanted = author[i];
    return typeof thrown === "string" && typeof wanted === "string" && thrown.includes(wanted) ? wanted : thrown;
  });
}

/** A body that is JSON is told as JSON alone. */
function requestOf({
  method,
  url,
  headers,
  body,
  bodyJson,
  bodyBase64,
  bodyForm,
}: FetchRecord): Record<string, unknown> {
  return {
    method,
    url,
    headers: unlessEmpty(headers),
    body: bodyJson === undefined ? body : undefined,
    bodyJson,
    bodyBase64,
    bodyForm,
  };
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

/** The text of a case file with another `expect`. */
export function withExpect(raw: JsonObject, expect: Json): string {
  return `${JSON.stringify({ ...raw, expect }, null, 2)}\n`;
}
