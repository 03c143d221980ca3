import type { Hono } from "hono";
import type { Message } from "../../../host/event.ts";
import type { CaptureTeam } from "../../../host/capture/messages.ts";
import type { Rejection } from "../../../host/capture/rejection.ts";
import { type CaptureDeps, captureRoutes } from "../../../host/capture/route.ts";

export const NOW = Date.parse("2026-03-01T12:00:00.000Z");
export const TOKEN = "phc_demo";
const ORIGIN = "https://hog.example";

type Env = Record<string, never>;

/** The capture routes with a team of one known key and a store that is a list. */
export function startCapture(deps: Partial<CaptureDeps<Env, CaptureTeam>> = {}) {
  const messages: Message[] = [];
  const rejections: Rejection[] = [];
  const lookups: string[] = [];
  const app: Hono<{ Bindings: Env }> = captureRoutes<Env, CaptureTeam>({
    findTeam: async (_env, token) => {
      lookups.push(token);
      return token === TOKEN ? { teamId: 7, anonymizeIps: false } : null;
    },
    admits: async () => true,
    accept: async (_env, _team, accepted, rejected) => {
      messages.push(...accepted);
      rejections.push(...rejected);
    },
    now: () => NOW,
    trustCf: () => false,
    ...deps,
  });
  const send = async (path: string, init: RequestInit = {}): Promise<Response> =>
    app.request(`${ORIGIN}${path}`, init, {});
  const post = (body: BodyInit, path = "/e/", headers: Record<string, string> = {}) =>
    send(path, { method: "POST", body, headers });
  const postJson = (value: unknown, path = "/e/") =>
    post(JSON.stringify(value), path, { "content-type": "application/json" });
  return { messages, rejections, lookups, send, post, postJson };
}

/** A minimal event with its project key. */
export function event(extra: Record<string, unknown> = {}): Record<string, unknown> {
  return { event: "$pageview", distinct_id: "u1", properties: { token: TOKEN, a: 1 }, ...extra };
}
