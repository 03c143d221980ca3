import { type Context, Hono, type MiddlewareHandler } from "hono";
import { isAdminHost } from "../api/admin-host.ts";
import { isAdminToken } from "../api/admin-token.ts";
import { CaptureError } from "../capture/capture-error.ts";
import { readBody } from "../capture/read-body.ts";
import type { Env } from "../env.ts";
import { readDemoEvents, readDemoTeam } from "./demo-team.ts";
import { EventItems } from "./event-list.tsx";
import { homePage } from "./home.tsx";
import { ICON } from "./icon.ts";
import { keepFresh } from "./live.ts";
import { accessOf, endSession, startSession } from "./session.ts";
import { closedPage, signInPage } from "./sign-in.tsx";
import { STYLES } from "./styles.ts";

type ConsoleContext = Context<{ Bindings: Env }>;
type Handler = (c: ConsoleContext) => Response | Promise<Response>;

const MAX_FORM_BYTES = 4096;

/** Events hold whatever strangers sent: were any of it ever taken for markup, it could still load and run nothing. */
const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // With no-referrer, browsers would send the page's own forms with "Origin: null".
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/** The console: a page at `/` and what belongs to it below `/console/`. On other hosts these paths are not ours. */
export function consoleRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/", ours(home));
  app.get("/console/events", ours(events));
  app.get(
    "/console/sign-in",
    ours((c) => c.redirect("/", 303)),
  );
  app.post("/console/sign-in", ours(signIn));
  app.post("/console/sign-out", ours(signOut));
  app.get("/console/styles.css", ours(asset(STYLES, "text/css; charset=utf-8")));
  app.get("/console/live.js", ours(asset(`(${keepFresh.toString()})();`, "text/javascript; charset=utf-8")));
  app.get("/console/icon.svg", ours(asset(ICON, "image/svg+xml")));
  return app;
}

function ours(handler: Handler): MiddlewareHandler<{ Bindings: Env }> {
  return async (c, next) => {
    if (!isAdminHost(c.req.raw, c.env)) return next();
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    return handler(c);
  };
}

const asset =
  (text: string, type: string): Handler =>
  (c) =>
    c.body(text, 200, { "Content-Type": type });

async function home(c: ConsoleContext): Promise<Response> {
  const access = await accessOf(c);
  if (access === "closed") return c.html(closedPage(), 503);
  if (access === "signed out") return c.html(signInPage(), 401);
  const { origin } = new URL(c.req.url);
  return c.html(homePage({ ...(await readDemoTeam(c.env)), origin, isSignedIn: access === "signed in" }));
}

async function events(c: ConsoleContext): Promise<Response> {
  const access = await accessOf(c);
  if (access === "closed" || access === "signed out") return c.text("Sign in first.", 401);
  return c.html(<EventItems events={await readDemoEvents(c.env)} />);
}

async function signIn(c: ConsoleContext): Promise<Response> {
  if (isFromElsewhere(c.req.raw)) return c.text("This form was sent from another site.", 403);
  if (!c.env.COOKIE_KEY || !c.env.ADMIN_TOKEN) return c.html(closedPage(), 503);
  const token = await readToken(c.req.raw);
  if (!(await isAdminToken(token, c.env))) return c.html(signInPage("This is not the admin token."), 401);
  await startSession(c);
  return c.redirect("/", 303);
}

function signOut(c: ConsoleContext): Response {
  if (isFromElsewhere(c.req.raw)) return c.text("This form was sent from another site.", 403);
  endSession(c);
  return c.redirect("/", 303);
}

async function readToken(request: Request): Promise<string> {
  try {
    const form = new URLSearchParams(new TextDecoder().decode(await readBody(request, MAX_FORM_BYTES)));
    return form.get("token") ?? "";
  } catch (error) {
    if (error instanceof CaptureError) return "";
    throw error;
  }
}

/** Browsers say with every form where it was sent from. */
function isFromElsewhere(request: Request): boolean {
  const origin = request.headers.get("Origin");
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== new URL(request.url).host);
}
