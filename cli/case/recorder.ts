import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";

import type { Json, JsonObject } from "../../host/event.ts";
import { formsOf, MIN_ANYWHERE } from "../../host/secrets/forms.ts";
import { mockOf } from "../../host/cases/mock-of.ts";
import { isObject } from "../../host/is-object.ts";
import type { ObserveFetch } from "../capabilities/network.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { NamedPosthog } from "../run/posthog-account.ts";
import type { RunOutput } from "../run/output.ts";
import type { PlannedCall } from "../run/plan.ts";
import type { FileAttachment } from "./attachments.ts";
import { compareRun } from "./compare.ts";
import { expectOf, withExpect } from "./expect-of.ts";
import { runCase } from "./run-case.ts";
import { caseSchema } from "./schema.ts";

/** Headers of an answer that say nothing to a plugin, or nothing that is true of a recorded body. */
const NOISE = /^(?:connection|content-encoding|content-length|date|keep-alive|set-cookie|transfer-encoding)$/;

export interface Recorded {
  plugin: LoadedPlugin;
  config: JsonObject;
  attachments: FileAttachment[];
  /** As a case has them; undefined when the plugin decides. */
  grants: JsonObject | undefined;
  calls: PlannedCall[];
  /** The PostHog that was asked, and its keys. */
  posthog: NamedPosthog;
  /** What came of the run. */
  output: RunOutput;
}

/**
 * Makes a case of a real run, which has to use the recorder's clock, seed and eye on the network, so that the case
 * comes to the same when it is run.
 */
export class Recorder {
  readonly now = Date.now();
  readonly seed = randomUUID();
  /** In the order in which the requests were sent; those that never ended have no entry. */
  readonly #mocks: (JsonObject | undefined)[] = [];

  /** Keeps a request, and how it ends, as an entry of `mockFetch`. */
  readonly observe: ObserveFetch = (request) => {
    const place = this.#mocks.push(undefined) - 1;
    return (ended) => {
      this.#mocks[place] = withoutNoise(mockOf(request, ended));
    };
  };

  /**
   * Writes the case, which expects what the run came to. Values of secret config fields, and whatever has them in it,
   * hold a placeholder instead: what the plugin computed from a secret can only be had by running the case.
   * @returns the places, if any, in which the case comes to something else than the run did
   */
  async write(path: string, recorded: Recorded): Promise<string[]> {
    const { plugin, config, attachments, grants, calls, posthog, output } = recorded;
    const mocks = this.#mocks.filter((mock) => mock !== undefined);
    const { expect, ...raw } = withoutSecrets(recorded, {
      name: plugin.manifest.name,
      config,
      ...(attachments.length > 0 ? { attachments: Object.fromEntries(attachments.map(describeAttachment)) } : {}),
      env: { now: new Date(this.now).toISOString(), seed: this.seed },
      ...(grants === undefined ? {} : { grants }),
      ...(mocks.length > 0 ? { mockFetch: mocks } : {}),
      ...(posthog.host === undefined ? {} : { posthog: describePosthog(posthog) }),
      calls: calls.map(describeCall),
      expect: expectOf(output),
    });
    const again = await runCase(plugin, { path, case: caseSchema.parse(raw) });
    const differences = compareRun(expect as JsonObject, again.output).map(({ path: place }) => place);
    const isTold = differences.length === 0 || secretsOf(recorded).length === 0;
    await writeFile(path, withExpect(raw, isTold ? (expect ?? null) : expectOf(again.output)));
    return differences;
  }
}

/** Without what a person has no use for: a case that is kept is read. */
function withoutNoise(mock: JsonObject): JsonObject {
  const { finalUrl: _url, redirected: _was, headers, ...rest } = mock;
  if (!isObject(headers)) return rest;
  const kept = Object.entries(headers).filter(([name]) => !NOISE.test(name.toLowerCase()));
  const { url, method, status, statusText, ...body } = rest;
  return { ...defined({ url, method, status, statusText }), headers: Object.fromEntries(kept), ...body };
}

const defined = (fields: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

function describeAttachment({ key, contentType, fileName, contents }: FileAttachment): [string, JsonObject] {
  return [key, { content_type: contentType, file_name: fileName, base64: Buffer.from(contents).toString("base64") }];
}

function describeCall({ method, args: [first = "null", second] }: PlannedCall): JsonObject {
  const input = JSON.parse(first) as Json;
  if (method === "runJob")
    return { job: input, ...(second === undefined ? {} : { payload: JSON.parse(second) as Json }) };
  if (input === null) return { method };
  return Array.isArray(input) ? { method, events: input } : { method, event: input };
}

/** The personal key stays out of the case: its mocks ask for none. */
function describePosthog({ host, projectApiKey }: NamedPosthog): JsonObject {
  return { ...(host !== undefined && { host }), ...(projectApiKey !== undefined && { projectApiKey }) };
}

/** Secret values, with the keys of their fields. */
function secretsOf({ plugin, config, posthog }: Recorded): { key: string; value: string }[] {
  const entered = plugin.manifest.config.map(({ key = "", secret }) => ({ key, value: secret && config[key] }));
  return [...entered, { key: "personalApiKey", value: posthog.personalApiKey }].flatMap(({ key, value }) =>
    typeof value === "string" && value.length >= MIN_ANYWHERE ? [{ key, value }] : [],
  );
}

function withoutSecrets(recorded: Recorded, raw: JsonObject): JsonObject {
  let text = JSON.stringify(raw);
  for (const { key, value } of secretsOf(recorded))
    for (const form of formsOf(value)) text = text.replaceAll(JSON.stringify(form).slice(1, -1), `SECRET-${key}`);
  return JSON.parse(text) as JsonObject;
}
