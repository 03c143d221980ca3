import { describe, expect, test } from "vitest";
import { requestHeaders, responseHeaders } from "../../../host/proxy/headers.ts";

describe("requestHeaders", () => {
  test("sends the client's address, alone", () => {
    const headers = requestHeaders(
      new Headers({
        "CF-Connecting-IP": "203.0.113.7",
        "X-Forwarded-For": "10.0.0.1, 198.51.100.9",
        "X-Real-IP": "10.0.0.2",
      }),
    );
    expect([...headers]).toEqual([["x-forwarded-for", "203.0.113.7"]]);
  });

  test("sends no address when none is known, not even one that the client claims", () => {
    expect([
      ...requestHeaders(new Headers({ "X-Forwarded-For": "198.51.100.9", "True-Client-IP": "198.51.100.9" })),
    ]).toEqual([]);
  });

  test.each([
    "Cookie",
    "Host",
    "Forwarded",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "CF-IPCountry",
    "CF-Ray",
    "CF-Access-Jwt-Assertion",
    "X-Hoglet-Team",
    "Connection",
    "Keep-Alive",
    "Proxy-Authorization",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
  ])("keeps %s back", (name) => {
    expect([...requestHeaders(new Headers({ [name]: "x" }))]).toEqual([]);
  });

  test("keeps back what Connection names", () => {
    const headers = requestHeaders(
      new Headers({ Connection: "close ,X-Secret,  x-other", "X-Secret": "1", "X-Other": "2", Accept: "*/*" }),
    );
    expect([...headers]).toEqual([["accept", "*/*"]]);
  });

  test("sends everything else as it came", () => {
    const sent = {
      accept: "application/json",
      authorization: "Bearer phx_a",
      "content-encoding": "gzip",
      "content-type": "text/plain",
      "if-none-match": '"abc"',
      origin: "https://shop.test",
      range: "bytes=0-9",
      "user-agent": "posthog-node/5",
    };
    expect(Object.fromEntries(requestHeaders(new Headers(sent)))).toEqual(sent);
  });
});

describe("responseHeaders", () => {
  test.each([
    "Set-Cookie",
    "Alt-Svc",
    "Strict-Transport-Security",
    "Clear-Site-Data",
    "NEL",
    "Report-To",
    "Service-Worker-Allowed",
    "CF-Ray",
    "X-Hoglet-Team",
    "Connection",
    "Transfer-Encoding",
  ])("keeps %s back", (name) => {
    expect(responseHeaders(new Headers({ [name]: "x" })).has(name)).toBe(false);
  });

  test("sends what is about the answer", () => {
    const sent = {
      "cache-control": "public, max-age=300",
      "content-encoding": "gzip",
      "content-range": "bytes 0-9/100",
      "content-type": "application/javascript",
      etag: '"abc"',
      "last-modified": "Wed, 04 Mar 2026 12:00:00 GMT",
      vary: "Accept-Encoding",
    };
    expect(Object.fromEntries(responseHeaders(new Headers(sent)))).toMatchObject(sent);
  });

  test("gives pages of the upstream an origin of their own, beside the upstream's policy", () => {
    const policy = responseHeaders(new Headers({ "Content-Security-Policy": "default-src 'none'" })).get(
      "Content-Security-Policy",
    );
    expect(policy).toMatch(/^default-src 'none', sandbox /);
    expect(policy).not.toContain("allow-same-origin");
  });
});
