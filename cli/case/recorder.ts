import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";

import type { Json, JsonObject } from "../../host/event.ts";
import type { Attachment } from "../../runtime/sandbox-options.ts";
import { utf8 } from "../capabilities/fetch-record.ts";
import type { HostRequest, HostResponse } from "../capabilities/fetch-record.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { PlannedCall } from "../run/plan.ts";
import { expectOf, withExpect } from "./expect-of.ts";
import { runCase } from "./run-case.ts";
import { caseSchema } from "./schema.ts";

/** Headers of an answer that say nothing to a plugin, or nothing that is true of a recorded body. */
const NOISE = /^(?:connection|content-encoding|content-length|date|keep-alive|set-cookie|transfer-encoding)$/;

/** A shorter text is found in too many places that have nothing to do with it. */
const MIN_SECRET = 6;

export interface Recorded {
  plugin: LoadedPlugin;
  config: JsonObject;
  attachments: Attachment[];
  calls: PlannedCall[];
}

/**
 * Makes a case of a real run. The run has to use the recorder's clock and seed, so that the case, which is run once
 * more to learn what it should expect, comes to the same.
 */
export class Recorder {
  readonly now = Date.now();
  readonly seed = randomUUID();
  readonly #mocks: JsonObject[] = [];

  /** Keeps a request and its answer as an entry of `mockFetch`. */
  add({ method, url }: HostRequest, { status, statusText, headers, body }: HostResponse): void {
    const kept = headers.filter(([name]) => !NOISE.test(name.toLowerCase()));
    this.#mocks.push({
      url,
      method,
      status,
      statusText,
      headers: Object.fromEntries(kept),
      ...describeBody(body),
      times: 1,
    });
  }

  /** Writes the case. Values of secret config fields, and requests with them in it, hold a placeholder instead. */
  async write(path: string, { plugin, config, attachments, calls }: Recorded): Promise<void> {
    const raw = withoutSecrets(plugin, config, {
      name: plugin.manifest.name,
      config,
      ...(attachments.length > 0 ? { attachments: Object.fromEntries(attachments.map(describeAttachment)) } : {}),
      env: { now: new Date(this.now).toISOString(), seed: this.seed },
      ...(this.#mocks.length > 0 ? { mockFetch: this.#mocks } : {}),
      calls: calls.map(describeCall),
    });
    const { output } = await runCase(plugin, { path, case: caseSchema.parse(raw) });
    await writeFile(path, withExpect(raw, expectOf(output)));
  }
}

function describeBody(bytes: Uint8Array): JsonObject {
  const text = utf8(bytes);
  if (text === undefined) return { base64: Buffer.from(bytes).toString("base64") };
  try {
    const json = JSON.parse(text) as Json;
    // Only JSON that would be written just the same can stand in for the text.
    return JSON.stringify(json) === text ? { json } : { text };
  } catch {
    return text === "" ? {} : { text };
  }
}

function describeAttachment({ key, contentType, fileName, contents }: Attachment): [string, JsonObject] {
  return [key, { content_type: contentType, file_name: fileName, base64: Buffer.from(contents).toString("base64") }];
}

function describeCall({ method, args: [first = "null", second] }: PlannedCall): JsonObject {
  const input = JSON.parse(first) as Json;
  if (method === "runJob")
    return { job: input, ...(second === undefined ? {} : { payload: JSON.parse(second) as Json }) };
  if (input === null) return { method };
  return Array.isArray(input) ? { method, events: input } : { method, event: input };
}

function withoutSecrets({ manifest }: LoadedPlugin, config: JsonObject, raw: JsonObject): JsonObject {
  let text = JSON.stringify(raw);
  for (const { key, secret } of manifest.config) {
    const value = key === undefined ? undefined : config[key];
    if (!secret || typeof value !== "string" || value.length < MIN_SECRET) continue;
    for (const form of new Set([value, encodeURIComponent(value)]))
      text = text.replaceAll(JSON.stringify(form).slice(1, -1), `SECRET-${key}`);
  }
  return JSON.parse(text) as JsonObject;
}
