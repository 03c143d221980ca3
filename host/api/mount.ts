import type { Context, Hono } from "hono";
import { ensureDemo } from "../demo/demo.ts";
import { describeError } from "../describe-error.ts";
import type { Env } from "../env.ts";
import { InvalidPluginError } from "../plugins/errors.ts";
import { isAdminHost } from "./admin-host.ts";
import { ApiError } from "./api-error.ts";
import { noteChange } from "./tenants/audit.ts";
import { parse } from "./parse.ts";
import { authenticate, checkRate, permit } from "./principal.ts";
import { acceptsEventStream, eventStream } from "./event-stream.ts";
import { streamProgress } from "./progress.ts";
import { isId, type Method, type Operation, type Progress, type Route } from "./route.ts";
import { Scope } from "./scope.ts";

type ApiContext = Context<{ Bindings: Env }>;

/**
 * Adds a path of the API, with and without a trailing slash. Elsewhere than on the admin host the path is not ours and goes on
 * to the next route.
 */
export function mount(app: Hono<{ Bindings: Env }>, route: Route): void {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `:${name}{${patternOf(name)}}`);
  for (const each of [path, `${path}/`])
    app.all(each, async (c, next) => {
      if (!isAdminHost(c.req.raw, c.env)) return next();
      const response = await answer(c, route);
      response.headers.set("Cache-Control", "no-store");
      response.headers.set("X-Content-Type-Options", "nosniff");
      return response;
    });
}

function patternOf(name: string): string {
  if (isId(name)) return "[0-9]+";
  return name === "path" ? ".+?" : "[^/]+";
}

async function answer(c: ApiContext, route: Route): Promise<Response> {
  try {
    const method = (c.req.method === "HEAD" ? "GET" : c.req.method) as Method;
    const now = Date.now();
    const principal = await authenticate(c.req.raw, c.env, now);
    await checkRate(principal, c.env);
    const operation = Object.hasOwn(route.operations, method) ? route.operations[method] : undefined;
    if (operation === undefined) return methodNotAllowed(method, Object.keys(route.operations));
    await ensureDemo(c.env);
    const scope = new Scope(c.env, principal, operation.isErasure ?? false);
    // What is not the caller's is not there, whatever the caller may do with what is.
    const subject = await route.subject.find(scope, (name) => c.req.param(name) ?? "");
    permit(principal, operation.role ?? "team", operation.access);
    const query = operation.query && parse(operation.query, c.req.query());
    const body = await operation.body?.read(c.req.raw, c.env, subject);
    const call = { env: c.env, request: c.req.raw, scope, subject, query, body, now };
    const wantsEvents = acceptsEventStream(c.req.raw);
    if (operation.stream && wantsEvents && c.req.method !== "HEAD")
      return eventStream(await operation.stream({ ...call, tell: () => undefined }));
    const run = async (tell: (progress: Progress) => void): Promise<unknown> => {
      const told = await operation.handle({ ...call, tell });
      if (operation.isChange ?? operation.access === "write")
        await noteChange(scope, { route, method, id: c.req.param("id"), body, told }, now);
      return told;
    };
    if (operation.hasProgress && wantsEvents) return streamProgress(run, (error) => problemOf(c, error));
    return responseOf(operation, await run(() => undefined));
  } catch (error) {
    return refusal(c, error);
  }
}

function responseOf(operation: Operation, told: unknown): Response {
  // A new one, as the headers of some cannot be changed.
  if (told instanceof Response) return new Response(told.body, told);
  if (operation.answer === undefined) return new Response(null, { status: 204 });
  return Response.json(told, { status: operation.status ?? 200 });
}

function methodNotAllowed(method: string, allowed: readonly string[]): Response {
  const detail = `Method "${method}" not allowed. Send ${allowed.join(" or ")}.`;
  return new ApiError(405, "invalid_request", "method_not_allowed", detail).response({ Allow: allowed.join(", ") });
}

const HEADERS: Readonly<Record<number, Record<string, string>>> = {
  401: { "WWW-Authenticate": 'Bearer realm="Hoglet"' },
  429: { "Retry-After": "60" },
};

function refusal(c: ApiContext, error: unknown): Response {
  const told = problemOf(c, error);
  return told.response(HEADERS[told.status] ?? {});
}

function problemOf(c: ApiContext, error: unknown): ApiError {
  const known =
    error instanceof ApiError
      ? error
      : error instanceof InvalidPluginError
        ? ApiError.invalid(error.message, null, "invalid_plugin")
        : undefined;
  if (known === undefined) console.error(`api: ${c.req.method} ${c.req.path}: ${describeError(error)}`);
  return known ?? new ApiError(500, "server_error", "error", "A server error occurred. The Worker's log has more.");
}
