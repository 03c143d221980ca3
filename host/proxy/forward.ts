import { errorAnswer } from "./answers.ts";
import { allowOrigin } from "./cors.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { rewriteLocation, upstreamUrl } from "./upstream-url.ts";

/** The statuses whose answers have no body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/** The methods that `fetch` takes no body with. posthog-node 1 sends a meaningless `{}` with its GETs. */
const ASKING = new Set(["GET", "HEAD"]);

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Sends a request on to the team's PostHog and its answer back, both bodies streamed and never read. Session
 * recordings are large: they pass whatever their size.
 *
 * The client's going away does not cancel the upstream's request: browsers close the connection of a beacon as soon
 * as it is sent.
 *
 * @param host `POSTHOG_HOST`.
 * @returns The upstream's answer, or 502 when there is none; never throws on what either side does.
 */
export async function forward(request: Request, host: string, fetch: Fetch): Promise<Response> {
  const url = new URL(request.url);
  const target = upstreamUrl(host, url);
  if (target === null || target.origin === url.origin) {
    const detail = `POSTHOG_HOST "${host}" is not the URL of another server. Set it to PostHog's, like https://us.i.posthog.com`;
    console.error(detail);
    return errorAnswer(request, 502, "upstream_misconfigured", detail);
  }
  const { method } = request;
  const sent = requestHeaders(request.headers);
  if (ASKING.has(method)) sent.delete("Content-Length");
  try {
    const answer = await fetch(target.href, {
      method,
      headers: sent,
      body: ASKING.has(method) ? null : request.body,
      redirect: "manual",
    });
    const { status, statusText } = answer;
    const headers = responseHeaders(answer.headers);
    const location = headers.get("Location");
    if (location !== null) headers.set("Location", rewriteLocation(location, target, url.origin));
    allowOrigin(headers, request);
    return new Response(WITHOUT_BODY.has(status) ? null : answer.body, { status, statusText, headers });
  } catch (error) {
    console.error(`Passing ${method} ${url.pathname} on to PostHog failed:`, error);
    return errorAnswer(request, 502, "upstream_unreachable", "PostHog could not be reached. Try again later.");
  }
}
