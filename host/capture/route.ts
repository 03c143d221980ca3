import { Hono } from "hono";
import type { JsonObject, Message } from "../event.ts";
import { CaptureError } from "./capture-error.ts";
import { corsHeaders } from "./cors.ts";
import { describeError } from "../describe-error.ts";
import { type CaptureTeam, toMessages } from "./messages.ts";
import { receive } from "./received.ts";
import type { Rejection } from "./rejection.ts";
import { V1_ENDPOINT, v1Answer } from "./v1.ts";

/** `/i/v0/ai/batch` is the way of posthog-node 5 for events of language models; what goes there has the shape of a batch. */
const ENDPOINTS = ["/e", "/i/v0/e", "/capture", "/track", "/engage", "/batch", "/i/v0/ai/batch", V1_ENDPOINT];
const METHODS = "GET, POST, OPTIONS";
const RETRY_AFTER_SECONDS = 5;
/** For a key that came too often: the length of the window that is counted in. */
const RATE_SECONDS = 60;

/** What capture needs of the house. What `findTeam` finds is handed to `accept` as it is. */
export interface CaptureDeps<Bindings, Team extends CaptureTeam = CaptureTeam> {
  /** The team that owns a project key, or null when none does. `token` has the form of one. */
  findTeam(env: Bindings, token: string): Promise<Team | null>;
  /** Whether one more request may come with a key at the moment. */
  admits(env: Bindings, token: string): Promise<boolean>;
  /**
   * Stores messages and rejections, either of which may be empty but not both. Resolves when they will survive a
   * crash, for the client is told so then; rejects when they are to be sent again.
   */
  accept(env: Bindings, team: Team, messages: Message[], rejections: Rejection[]): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whether `request.cf` describes the client. It does when deployed; locally it is a fixed place. */
  trustCf(env: Bindings): boolean;
}

/**
 * PostHog's capture endpoints, each with and without a trailing slash. Answers exactly 200 `{"status":1}` when at least
 * one event of the request is stored, as SDKs retry on any other success (200 with a result per event, where clients
 * ask for that); 4xx when none ever will be; 503 when it is worth trying again.
 */
export function captureRoutes<Bindings extends object, Team extends CaptureTeam>(
  deps: CaptureDeps<Bindings, Team>,
): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const path of ENDPOINTS.flatMap((endpoint) => [endpoint, `${endpoint}/`])) {
    app.all(path, async (c) => {
      const request = c.req.raw;
      const headers = corsHeaders(request);
      if (request.method === "OPTIONS") return new Response(null, { headers });
      try {
        return Response.json(await capture(request, c.env, deps), { headers });
      } catch (error) {
        return refusal(error, headers);
      }
    });
  }
  return app;
}

async function capture<Bindings, Team extends CaptureTeam>(
  request: Request,
  env: Bindings,
  deps: CaptureDeps<Bindings, Team>,
): Promise<JsonObject> {
  if (request.method !== "GET" && request.method !== "POST") {
    throw CaptureError.methodNotAllowed(request.method);
  }
  const received = await receive(request, { now: deps.now(), trustCf: deps.trustCf(env) });
  const team = await deps.findTeam(env, received.token);
  if (team === null) throw CaptureError.invalidKey();
  if (!(await deps.admits(env, received.token))) throw CaptureError.tooManyRequests();
  const { messages, rejections } = toMessages(received, team);
  await deps.accept(env, team, messages, rejections);
  if (messages.length === 0) throw CaptureError.nothingAccepted(rejections);
  return received.isV1 ? v1Answer(received.items, rejections) : { status: 1 };
}

function refusal(error: unknown, headers: Headers): Response {
  const isRefused = error instanceof CaptureError;
  const answer = isRefused ? error : CaptureError.unavailable();
  if (!isRefused) console.error(`capture: events not stored, answered 503: ${describeError(error)}`);
  if (answer.status === 503) {
    headers.set("Retry-After", String(isRefused ? RATE_SECONDS : RETRY_AFTER_SECONDS));
    headers.set("Access-Control-Expose-Headers", "Retry-After");
  }
  if (answer.status === 405) headers.set("Allow", METHODS);
  return Response.json(answer, { status: answer.status, headers });
}
