import { describe, expect, test } from "vitest";
import { rewriteLocation, upstreamUrl } from "../../../host/proxy/upstream-url.ts";

const at = (host: string, path: string) => upstreamUrl(host, new URL(`https://events.test${path}`));

describe("upstreamUrl", () => {
  test.each([
    ["https://us.i.posthog.com", "https://us-assets.i.posthog.com"],
    ["https://us.posthog.com", "https://us-assets.i.posthog.com"],
    ["https://app.posthog.com", "https://us-assets.i.posthog.com"],
    ["https://eu.i.posthog.com", "https://eu-assets.i.posthog.com"],
    ["https://eu.posthog.com/", "https://eu-assets.i.posthog.com"],
    ["https://posthog.example.com", "https://posthog.example.com"],
    ["http://localhost:8000", "http://localhost:8000"],
    ["https://us.i.posthog.com.example.com", "https://us.i.posthog.com.example.com"],
  ])("of %s takes assets from %s", (host, assets) => {
    expect(at(host, "/static/array.js?v=1.2")?.href).toBe(`${assets}/static/array.js?v=1.2`);
    expect(at(host, "/array/phc_a/config.js")?.href).toBe(`${assets}/array/phc_a/config.js`);
    expect(at(host, "/flags/?v=2")?.href).toBe(`${host.replace(/\/$/, "")}/flags/?v=2`);
  });

  test("keeps paths that only look like assets with the events host", () => {
    expect(at("https://us.i.posthog.com", "/static")?.origin).toBe("https://us.i.posthog.com");
    expect(at("https://us.i.posthog.com", "/statics/a.js")?.origin).toBe("https://us.i.posthog.com");
    expect(at("https://us.i.posthog.com", "/api/static/a")?.origin).toBe("https://us.i.posthog.com");
  });

  test("keeps the path that PostHog has on its host", () => {
    expect(at("https://example.com/posthog/", "/flags/?v=2")?.href).toBe("https://example.com/posthog/flags/?v=2");
  });

  test.each(["//evil.test/x", "/@evil.test", "/\\evil.test", "/..//evil.test/", "/http://evil.test/"])(
    "does not let the path %s leave the host",
    (path) => {
      expect(new URL(at("https://us.i.posthog.com", path)?.href ?? "").origin).toBe("https://us.i.posthog.com");
    },
  );

  test.each(["us.i.posthog.com", "", "ftp://posthog.test", "javascript:alert(1)", "file:///etc/passwd"])(
    "refuses the host %j",
    (host) => {
      expect(at(host, "/flags/")).toBeNull();
    },
  );
});

describe("rewriteLocation", () => {
  const upstream = { href: "", origin: "https://posthog.test", basePath: "" };
  const below = { href: "", origin: "https://posthog.test", basePath: "/ph" };

  test.each([
    ["https://posthog.test/login?next=/a#b", upstream, "https://events.test/login?next=/a#b"],
    ["https://posthog.test", upstream, "https://events.test/"],
    ["/login", upstream, "https://events.test/login"],
    ["//posthog.test/login", upstream, "https://events.test/login"],
    ["https://posthog.test/ph/login", below, "https://events.test/login"],
    ["https://posthog.test/ph", below, "https://events.test/"],
    ["https://posthog.test/phone", below, "https://posthog.test/phone"],
    ["https://posthog.test:8443/login", upstream, "https://posthog.test:8443/login"],
    ["http://posthog.test/login", upstream, "http://posthog.test/login"],
    ["https://elsewhere.test/login", upstream, "https://elsewhere.test/login"],
    ["//elsewhere.test/login", upstream, "//elsewhere.test/login"],
    ["https://", upstream, "https://"],
  ])("%s under %o is %s", (location, from, expected) => {
    expect(rewriteLocation(location, from, "https://events.test")).toBe(expected);
  });
});
