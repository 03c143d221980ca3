import { z } from "zod";

import type { JsonObject } from "../host/event.ts";
import { isObject } from "../host/is-object.ts";
import type { FileAttachment } from "./case/attachments.ts";
import { ApiError } from "./errors.ts";
import { shorten } from "./print/shorten.ts";

const pushedPlugin = z.object({
  id: z.number(),
  name: z.string(),
  latest_version: z.object({ id: z.number(), hash: z.string(), tag: z.string().nullish() }),
  capabilities: z.object({
    methods: z.array(z.string()),
    scheduled_tasks: z.array(z.string()),
    jobs: z.array(z.string()),
  }),
  warnings: z.array(z.string()).default([]),
});
const pluginConfig = z.object({ id: z.number(), plugin_id: z.number(), enabled: z.boolean() });
const pluginConfigs = z.object({ results: z.array(pluginConfig), next: z.string().nullish() });

const caseObject = z.custom<JsonObject>(isObject);
const refused = z.object({ detail: z.string(), attr: z.string().nullish() });

/** What the server says of a plugin that was installed. */
export type PushedPlugin = z.infer<typeof pushedPlugin>;
export type PluginConfig = z.infer<typeof pluginConfig>;

/** What a person enters into a plugin's config. */
export interface Entered {
  /** Take the place of those that a config has; undefined leaves them. */
  values: JsonObject | undefined;
  /** Take the place of those of the same keys. */
  attachments: readonly FileAttachment[];
}

/** The admin API of a Hoglet server. Every method throws ApiError that says in words what the server refused. */
export class HogletApi {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = new URL(base);
    this.#token = token;
  }

  installPlugin(files: Readonly<Record<string, string>>): Promise<PushedPlugin> {
    return this.#request("POST", "/api/plugins", pushedPlugin, { files });
  }

  /** The config of a plugin in a team, if the team has one. */
  async findConfig(team: number, plugin: number): Promise<PluginConfig | undefined> {
    let page: string | null | undefined = `/api/plugin_configs?team_id=${team}`;
    while (page) {
      const { results, next }: z.infer<typeof pluginConfigs> = await this.#request("GET", page, pluginConfigs);
      const found = results.find(({ plugin_id }) => plugin_id === plugin);
      if (found) return found;
      page = next;
    }
    return undefined;
  }

  createConfig(team: number, plugin: number, { values = {}, attachments }: Entered): Promise<PluginConfig> {
    const fields = { team_id: team, plugin_id: plugin, enabled: true, config: values };
    return this.#request("POST", "/api/plugin_configs", pluginConfig, configBody(fields, attachments));
  }

  useVersion(config: number, version: number, { values, attachments }: Entered): Promise<PluginConfig> {
    const fields = { plugin_version_id: version, ...(values === undefined ? {} : { config: values }) };
    return this.#request("PATCH", `/api/plugin_configs/${config}`, pluginConfig, configBody(fields, attachments));
  }

  /** A recorded failure of a team as a case file has it. */
  outcomeCase(team: number, shard: number, outcome: number): Promise<JsonObject> {
    return this.#request("GET", `/api/outcomes/${outcome}/case?team_id=${team}&shard=${shard}`, caseObject);
  }

  async #request<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const url = new URL(path, this.#base);
    // A list's `next` is an address, and the token goes to no other server than the user named.
    if (url.origin !== this.#base.origin)
      throw new ApiError(`${this.#base.origin} refers to another server, ${url.origin}`);
    const answer = await send(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        // A form says itself how its parts are told from each other.
        ...(body instanceof FormData ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw refusal(`${method} ${url.href}`, answer, text);
    const parsed = schema.safeParse(parse(text));
    if (!parsed.success)
      throw new ApiError(`${method} ${url.href} answered what no Hoglet server does: ${text.slice(0, 500)}`);
    return parsed.data;
  }
}

/** JSON, or PostHog's form where there are files: its fields hold JSON. */
function configBody(fields: object, attachments: readonly FileAttachment[]): object {
  if (attachments.length === 0) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, JSON.stringify(value));
  for (const { key, contents, fileName, contentType } of attachments)
    form.set(`add_attachment[${key}]`, new File([new Uint8Array(contents)], fileName, { type: contentType }));
  return form;
}

/** What a server says of itself in PostHog's layout; a status and some text when something else has answered. */
function refusal(request: string, { status, statusText }: Response, text: string): ApiError {
  const told = refused.safeParse(parse(text));
  const said = told.success
    ? told.data.detail
    : `${request}: ${`${status} ${statusText}`.trim()}\n${shorten(text.trim())}`;
  if (status === 401 || status === 403)
    return new ApiError(`${said.trim()}\nGive the server's admin token with --token TOKEN, or as ADMIN_TOKEN.`);
  return new ApiError(said.trim(), { attr: told.success ? (told.data.attr ?? null) : null });
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error" });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new ApiError(
      `cannot reach ${url.origin}: ${cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : message}`,
      { cause: error },
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
