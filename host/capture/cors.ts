/**
 * The CORS headers of every capture response, errors included: without them a browser hides status and text from the
 * SDK, which then takes each refusal for a network failure and sends the events again.
 */
export function corsHeaders(request: Request): Headers {
  const requested = request.headers.get("access-control-request-headers");
  return new Headers({
    "Access-Control-Allow-Origin": request.headers.get("origin") || "*",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": requested || "X-Requested-With",
    Vary: "Origin",
  });
}
