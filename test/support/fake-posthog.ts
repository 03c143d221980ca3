import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";

import { listen } from "./listen.ts";

/** A request as PostHog got it, kept once its body has ended. */
export interface PostHogRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The status that it was answered with; undefined when it was not. */
  status: number | undefined;
}

/** An event of a `/batch/` that was answered with 200. */
export interface PostHogEvent {
  uuid: string;
  event: string;
  distinct_id: string;
  timestamp: string;
  properties: Record<string, unknown>;
  $set?: Record<string, unknown>;
  $set_once?: Record<string, unknown>;
  [key: string]: unknown;
}

/** The body of a `/batch/`. */
export interface PostHogBatch {
  api_key: string;
  sent_at: string;
  batch: PostHogEvent[];
}

export interface FakePostHog {
  /** Without a slash at the end. */
  url: string;
  requests: PostHogRequest[];
  /** The batches that were answered with 200, in order. */
  batches(): PostHogBatch[];
  /** All that is in these batches, in order, repeats included. */
  events(): PostHogEvent[];
  close(): Promise<void>;
}

/**
 * Answers a request, or leaves it to {@link FakePostHog}, which knows `/batch/` only. A handler that wants the body
 * reads it from `request`; what it has read is kept all the same.
 *
 * @returns whether it has answered, or will.
 */
export type PostHogHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Starts an HTTP server that stands for PostHog, on a free port of this machine. `handle` is asked first. */
export async function startFakePostHog(handle: PostHogHandler = () => false): Promise<FakePostHog> {
  const requests: PostHogRequest[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://posthog.test");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const body = Buffer.concat(chunks);
      requests.push({
        method,
        path: pathname,
        query: searchParams,
        headers,
        body,
        get status() {
          return response.headersSent ? response.statusCode : undefined;
        },
      });
    });
    if (handle(request, response)) return;
    const isBatch = pathname === "/batch/";
    response.writeHead(isBatch ? 200 : 404, { "Content-Type": "application/json" });
    // Answered when the body has ended: the sender does not expect an answer before.
    request.on("end", () => response.end(JSON.stringify(isBatch ? { status: 1 } : { detail: "Not found." })));
  });
  const { url, close } = await listen(server);
  const batches = () =>
    requests
      .filter(({ path, status }) => path === "/batch/" && status === 200)
      .map(({ body }) => JSON.parse(gunzipSync(body).toString()) as PostHogBatch);
  return { url, requests, batches, events: () => batches().flatMap(({ batch }) => batch), close };
}
