import type { Context, Hono } from "hono";
import { describeError } from "../describe-error.ts";
import { InvalidPluginError } from "../plugins/errors.ts";
import { ensureDemo } from "../demo/demo.ts";
import type { Env } from "../env.ts";
import { isAdminHost } from "./admin-host.ts";
import { requireAdminToken } from "./admin-token.ts";
import { ApiError } from "./api-error.ts";
import { Scope } from "./scope.ts";

export type ApiApp = Hono<{ Bindings: Env }>;
export type ApiContext = Context<{ Bindings: Env }>;
export type Handler = (c: ApiContext, scope: Scope) => Response | Promise<Response>;

/** The id in the path of one thing, such as `/api/plugins/:id`. */
export function idOf(c: ApiContext): number {
  return Number(c.req.param("id"));
}

/**
 * Adds a path of the API, with and without a trailing slash. Callers need the operator's token; elsewhere than on
 * the admin host the path is not ours and goes on to the next route.
 */
export function resource(app: ApiApp, path: string, handlers: Readonly<Record<string, Handler>>): void {
  for (const each of [path, `${path}/`])
    app.all(each, async (c, next) => {
      if (!isAdminHost(c.req.raw, c.env)) return next();
      const response = await answer(c, handlers);
      response.headers.set("Cache-Control", "no-store");
      response.headers.set("X-Content-Type-Options", "nosniff");
      return response;
    });
}

async function answer(c: ApiContext, handlers: Readonly<Record<string, Handler>>): Promise<Response> {
  try {
    await requireAdminToken(c.req.raw, c.env);
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handler === undefined) return methodNotAllowed(method, Object.keys(handlers));
    await ensureDemo(c.env);
    return await handler(c, Scope.ofOperator(c.env));
  } catch (error) {
    return refusal(c, error);
  }
}

function methodNotAllowed(method: string, allowed: readonly string[]): Response {
  const detail = `Method "${method}" not allowed. Send ${allowed.join(" or ")}.`;
  const error = new ApiError(405, "invalid_request", "method_not_allowed", detail);
  return Response.json(error, { status: error.status, headers: { Allow: allowed.join(", ") } });
}

function refusal(c: ApiContext, error: unknown): Response {
  const known =
    error instanceof ApiError
      ? error
      : error instanceof InvalidPluginError
        ? ApiError.invalid(error.message, null, "invalid_plugin")
        : undefined;
  if (known === undefined) console.error(`api: ${c.req.method} ${c.req.path}: ${describeError(error)}`);
  const told =
    known ?? new ApiError(500, "server_error", "error", "A server error occurred. The Worker's log has more.");
  const headers = new Headers(told.status === 401 ? { "WWW-Authenticate": 'Bearer realm="Hoglet"' } : {});
  return Response.json(told, { status: told.status, headers });
}
