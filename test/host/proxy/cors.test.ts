import { describe, expect, test } from "vitest";
import { allowOrigin, preflight } from "../../../host/proxy/cors.ts";

const ask = (method: string, headers: HeadersInit) => new Request("https://events.test/flags/", { method, headers });

describe("preflight", () => {
  test("is allowed for the page and the headers that ask", () => {
    const answer = preflight(
      ask("OPTIONS", {
        Origin: "https://shop.test",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
      }),
    );
    expect(answer?.status).toBe(200);
    expect(answer?.headers.get("Access-Control-Allow-Origin")).toBe("https://shop.test");
    expect(answer?.headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(answer?.headers.get("Access-Control-Allow-Headers")).toBe("authorization,content-type");
    expect(answer?.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
    expect(answer?.headers.get("Vary")).toBe("Origin, Access-Control-Request-Headers");
  });

  test.each([
    ["GET", { Origin: "https://shop.test", "Access-Control-Request-Method": "GET" }],
    ["OPTIONS", { "Access-Control-Request-Method": "GET" }],
    ["OPTIONS", { Origin: "https://shop.test" }],
  ])("is not %s with %o", (method, headers) => {
    expect(preflight(ask(method, headers))).toBeNull();
  });
});

describe("allowOrigin", () => {
  const allowed = (answer: HeadersInit, asking: HeadersInit) => {
    const headers = new Headers(answer);
    allowOrigin(headers, ask("GET", asking));
    return Object.fromEntries(headers);
  };

  test("lets the page that asked read the answer", () => {
    expect(allowed({ Vary: "Accept-Encoding" }, { Origin: "https://shop.test" })).toEqual({
      "access-control-allow-origin": "https://shop.test",
      "access-control-allow-credentials": "true",
      vary: "Accept-Encoding, Origin",
    });
  });

  test("leaves an answer that says itself who may read it", () => {
    expect(allowed({ "Access-Control-Allow-Origin": "*" }, { Origin: "https://shop.test" })).toEqual({
      "access-control-allow-origin": "*",
    });
  });

  test("tells caches that an answer to no page is not one for a page", () => {
    expect(allowed({}, {})).toEqual({ vary: "Origin" });
  });
});
