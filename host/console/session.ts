import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { Env } from "../env.ts";

const COOKIE = "hoglet_session";
const LIFETIME_SECONDS = 7 * 24 * 60 * 60;

type ConsoleContext = Context<{ Bindings: Env }>;

/**
 * Whether the page may be shown to the sender of a request: `closed` when the secrets that guard it are not set.
 * Under `wrangler dev` it is open on loopback, to names that no other site can have.
 */
export async function accessOf(c: ConsoleContext): Promise<"open" | "signed in" | "signed out" | "closed"> {
  if (c.env.LOCAL === "true" && isLoopback(new URL(c.req.url).hostname)) return "open";
  const key = keyOf(c.env);
  if (key === null) return "closed";
  const until = await getSignedCookie(c, key, COOKIE);
  return until && Number(until) > Date.now() ? "signed in" : "signed out";
}

/** Starts a session. To be called when the operator's token was shown, and both secrets are set. */
export async function startSession(c: ConsoleContext): Promise<void> {
  const key = keyOf(c.env);
  if (key === null) throw new TypeError("ADMIN_TOKEN and COOKIE_KEY are not both set");
  const until = String(Date.now() + LIFETIME_SECONDS * 1000);
  await setSignedCookie(c, COOKIE, until, key, { ...attributesOf(c), maxAge: LIFETIME_SECONDS });
}

export function endSession(c: ConsoleContext): void {
  deleteCookie(c, COOKIE, attributesOf(c));
}

/** The token is part of the key, so that a new one ends every session. */
function keyOf({ COOKIE_KEY, ADMIN_TOKEN }: Env): string | null {
  return COOKIE_KEY && ADMIN_TOKEN ? `${COOKIE_KEY}\n${ADMIN_TOKEN}` : null;
}

function attributesOf(c: ConsoleContext) {
  const secure = new URL(c.req.url).protocol === "https:";
  return { path: "/", httpOnly: true, sameSite: "Strict", secure } as const;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
