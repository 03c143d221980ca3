import { env as bindings, runDurableObjectAlarm } from "cloudflare:test";
import { Hono } from "hono";
import { expect, vi } from "vitest";
import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import { accept } from "../../../host/accept.ts";
import { listRecentEvents } from "../../../host/api/insight/recent-events.ts";
import { createApiToken, type TokenOwner, type TokenScope } from "../../../host/store/api-tokens.ts";
import { openRegistry } from "../../../host/store/registry.ts";
import { apiRoutes } from "../../../host/api/routes.ts";
import { checkAnswer } from "./check-answer.ts";
import type { Env } from "../../../host/env.ts";
import type { JsonObject, Message } from "../../../host/event.ts";
import { shardsOf, teamStub } from "../../../host/team/team-client.ts";

/** The Worker's real bindings, with an operator's token. */
export const env: Env = { ...(bindings as unknown as Env), ADMIN_TOKEN: "test-token" };

/** What stands behind the API in the Worker: whatever it does not own arrives here. */
const BEHIND = "the route behind";

const app = new Hono<{ Bindings: Env }>().route("/", apiRoutes());
app.all("*", (c) => c.text(BEHIND));

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as JSON; null when there is none. */
  json: JsonObject;
  /** The body as it came, when that was asked for. */
  text?: string;
  /** The events of an answer that streams them. */
  events?: [name: string, data: JsonObject][];
}

/** Whether a request goes on to the route behind the API. */
export async function passesThrough(
  path: string,
  init: RequestInit = {},
  settings: Partial<Env> = {},
): Promise<boolean> {
  const response = await app.request(`https://hoglet.test${path}`, init, { ...env, ...settings });
  return (await response.text()) === BEHIND;
}

/** A token of an organization or a team, for the option `token` of `call`. */
export async function tokenOf(
  owner: { organizationId: number } | { teamId: number },
  scopes: TokenScope[] = ["read", "write"],
): Promise<string> {
  const whole: TokenOwner = "teamId" in owner ? { ...owner, organizationId: null } : { ...owner, teamId: null };
  return (await createApiToken(openRegistry(env), whole, { label: "test", scopes }, 1)).secret;
}

/** Calls the API, as the operator when no token is given. An object as body is sent as JSON, forms and streams as they are. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  options: { headers?: Record<string, string>; env?: Partial<Env>; token?: string; raw?: boolean } = {},
): Promise<Answer> {
  const isForm = body instanceof FormData || body instanceof ReadableStream;
  const headers = new Headers({ Authorization: `Bearer ${options.token ?? "test-token"}`, ...options.headers });
  if (body !== undefined && !isForm && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = isForm || typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.request(`https://hoglet.test${path}`, init, { ...env, ...options.env });
  const text = await response.text();
  if (response.headers.get("Content-Type") === "text/event-stream")
    return { status: response.status, headers: response.headers, json: {}, events: eventsIn(text) };
  if (options.raw) return { status: response.status, headers: response.headers, json: {}, text };
  const json = (text === "" ? null : JSON.parse(text)) as JsonObject;
  checkAnswer(method, path, response, json);
  return { status: response.status, headers: response.headers, json };
}

function eventsIn(text: string): [string, JsonObject][] {
  return [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name = "", data = ""]) => [
    name,
    JSON.parse(data) as JsonObject,
  ]);
}

let sent = 0;

/** An accepted event of a team. */
export function message(teamId: number, event: JsonObject = {}): Message {
  const uuid = `00000000-0000-4000-8000-${String(++sent).padStart(12, "0")}`;
  const now = new Date(Date.UTC(2026, 0, 1, 0, 0, sent)).toISOString();
  return {
    id: uuid,
    event: {
      uuid,
      event: "test",
      distinct_id: "me",
      properties: {},
      ip: null,
      site_url: null,
      now,
      sent_at: null,
      ...event,
      team_id: teamId,
    },
    receivedAt: Date.parse(now),
    request: NO_REQUEST,
    hops: 0,
  };
}

/** Takes events in and waits until the team's plugins are done with them. */
export async function process(team: { id: number; shards: number }, messages: Message[]): Promise<void> {
  await accept(env, { teamId: team.id, shards: team.shards }, messages, []);
  await vi.waitFor(async () => {
    for (const address of shardsOf(team)) await runDurableObjectAlarm(teamStub(env, address));
    const done = await listRecentEvents(env, { id: team.id, mostShards: team.shards }, 256);
    const uuids = new Set(done.map(({ before }) => before["uuid"]));
    expect(messages.every(({ event }) => uuids.has(event.uuid))).toBe(true);
  }, 20_000);
}
