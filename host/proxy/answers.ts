import type { Json } from "../event.ts";
import { allowOrigin } from "./cors.ts";

/** An answer of the proxy itself, as JSON that pages may read and no cache keeps. */
export function jsonAnswer(request: Request, body: Json, status = 200): Response {
  const headers = new Headers({ "Cache-Control": "no-store" });
  allowOrigin(headers, request);
  return Response.json(body, { status, headers });
}

/** A refusal in the layout of PostHog's own. */
export function errorAnswer(request: Request, status: number, code: string, detail: string): Response {
  const type = status >= 500 ? "server_error" : "invalid_request";
  return jsonAnswer(request, { type, code, detail, attr: null }, status);
}
