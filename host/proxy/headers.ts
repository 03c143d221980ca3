/** Headers that are about one connection and end with it (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Who asks and through whom: anyone can write these, so that none but our own `X-Forwarded-For` is sent on. */
const ROUTE = ["host", "forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip"];

/** What an upstream may not decide for our domain: cookies, where else it lives, how browsers treat all of it. */
const DOMAIN = [
  "set-cookie",
  "set-cookie2",
  "alt-svc",
  "clear-site-data",
  "nel",
  "report-to",
  "reporting-endpoints",
  "service-worker-allowed",
  "strict-transport-security",
];

const CLOUDFLARE = "cf-";
const OWN = "x-hoglet-";

/**
 * The page that an upstream can make a browser open under our domain gets an origin of its own, so that its scripts
 * cannot use the console's session. Scripts and data that other pages load are not affected.
 */
const SANDBOX = "sandbox allow-scripts allow-forms allow-popups";

/**
 * The headers of a client's request that the upstream gets: no cookies, nothing of Cloudflare's or ours, and
 * `X-Forwarded-For` with the client's address alone, because PostHog takes the first address in it for the visitor's.
 */
export function requestHeaders(received: Headers): Headers {
  const headers = without(received, [...ROUTE, "cookie"], [CLOUDFLARE, OWN, "x-forwarded-"]);
  const clientIp = received.get("CF-Connecting-IP");
  if (clientIp) headers.set("X-Forwarded-For", clientIp);
  return headers;
}

/** The headers of the upstream's answer that the client gets: all that are about the answer, none about the domain. */
export function responseHeaders(received: Headers): Headers {
  const headers = without(received, DOMAIN, [CLOUDFLARE, OWN]);
  headers.append("Content-Security-Policy", SANDBOX);
  return headers;
}

function without(received: Headers, names: readonly string[], prefixes: readonly string[]): Headers {
  const ofThisHop = (received.get("Connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const removed = new Set([...HOP_BY_HOP, ...ofThisHop, ...names]);
  const headers = new Headers();
  for (const [name, value] of received) {
    if (removed.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) continue;
    headers.append(name, value);
  }
  return headers;
}
