const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const ONE_DAY_S = "86400";

/**
 * Answers a browser's question whether a page may call a PostHog path: any page may, with any header, as with
 * PostHog itself. No cookie passes the proxy, so that "with credentials" gives nothing away.
 *
 * @returns null when the request is not a preflight.
 */
export function preflight({ method, headers }: Request): Response | null {
  const origin = headers.get("Origin");
  if (method !== "OPTIONS" || origin === null || !headers.has("Access-Control-Request-Method")) return null;
  const asked = headers.get("Access-Control-Request-Headers");
  return new Response(null, {
    headers: {
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Allow-Methods": METHODS,
      ...(asked === null ? {} : { "Access-Control-Allow-Headers": asked }),
      "Access-Control-Max-Age": ONE_DAY_S,
      Vary: "Origin, Access-Control-Request-Headers",
    },
  });
}

/**
 * Lets the page that asked read an answer, where the answer itself does not say who may. `Vary` is set for requests
 * without an `Origin` too: a cache must not give their answer to a page that needs one with it.
 */
export function allowOrigin(answer: Headers, request: Request): void {
  if (answer.has("Access-Control-Allow-Origin")) return;
  answer.append("Vary", "Origin");
  const origin = request.headers.get("Origin");
  if (origin === null) return;
  answer.set("Access-Control-Allow-Origin", origin);
  answer.set("Access-Control-Allow-Credentials", "true");
}
