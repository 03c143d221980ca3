import { errorAnswer } from "./answers.ts";
import { preflight } from "./cors.ts";
import { type Fetch, forward } from "./forward.ts";
import { quietAnswer } from "./quiet.ts";

const RETRY_AFTER_SECONDS = 5;

export interface ProxyDeps {
  /** The PostHog that answers for a request, or null when there is none. */
  upstream: (request: Request) => Upstream | null | Promise<Upstream | null>;
  /** Whether a bearer token is one of our own API's: such a token is never sent to an upstream. */
  isOwnToken: (token: string) => boolean | Promise<boolean>;
  fetch: Fetch;
}

export interface Upstream {
  /** Scheme and host, like `POSTHOG_HOST`. */
  host: string;
}

/**
 * Answers every PostHog path that is not ours: from the team's PostHog, streamed, or quietly by itself when there
 * is none behind the team.
 */
export async function proxy(request: Request, deps: ProxyDeps): Promise<Response> {
  const answer = preflight(request);
  if (answer !== null) return answer;
  if (request.headers.get("Upgrade")?.toLowerCase() === "websocket") {
    return errorAnswer(request, 501, "websocket_not_supported", "PostHog paths do not take WebSockets.");
  }
  const token = /^Bearer +(.+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (token !== undefined && (await deps.isOwnToken(token))) {
    return errorAnswer(
      request,
      404,
      "not_found",
      `There is nothing at ${new URL(request.url).pathname} in Hoglet's API.`,
    );
  }
  let upstream: Upstream | null;
  try {
    upstream = await deps.upstream(request);
  } catch (error) {
    console.error(`proxy: ${request.method} ${new URL(request.url).pathname} answered 503:`, error);
    return unavailable(request);
  }
  return upstream === null ? await quietAnswer(request) : await forward(request, upstream.host, deps.fetch);
}

/** Not 500, which SDKs take for final: they would throw their recordings away. */
function unavailable(request: Request): Response {
  const detail = "The project could not be looked up. Send the request again in a few seconds.";
  const answer = errorAnswer(request, 503, "service_unavailable", detail);
  answer.headers.set("Retry-After", String(RETRY_AFTER_SECONDS));
  answer.headers.set("Access-Control-Expose-Headers", "Retry-After");
  return answer;
}
