import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";
import { network, PERSONAL_KEY } from "./support/network.ts";

const HOST = "https://us.posthog.com/";

describe("posthog.api asks the team's PostHog, and nobody else.", () => {
  test.each([
    "'//evil.com/x'",
    "'/\\\\evil.com/x'",
    "'@evil.com/x'",
    "':@evil.com/x'",
    "'.evil.com/x'",
    "'https://evil.com/x'",
    "'../../x'",
    "'/x#'",
    "'/x?token=mine'",
    "{ toString: () => 'x' }",
    "'\\u0000x'",
    "'/x\\r\\nHost: evil.com'",
    "null",
  ])("the path %s", async (path) => {
    const { left, options } = network();
    await survived(`await posthog.api.get(${path}); await posthog.api.post(${path}, { data: { a: 1 } })`, options);
    expect(left).toHaveLength(2);
    for (const { url } of left) {
      expect(url.startsWith(HOST)).toBe(true);
      expect(url).toMatch(/[?&]token=phc_team$/);
    }
  });

  test.each([
    "https://evil.com",
    "http://us.posthog.com",
    "https://us.posthog.com@evil.com",
    "evil",
    "https://us.posthog.com:444",
  ])("the host %s", async (host) => {
    const { left, options } = network();
    const { result } = await attack(`await posthog.api.get("/x", { host: "${host}" })`, options);
    expect(result.outcome).toMatchObject({
      kind: "denied",
      message: expect.stringContaining("https://us.posthog.com alone"),
    });
    expect(left).toEqual([]);
  });

  test.each(["https://evil.com/", "http://us.posthog.com/", "http://127.0.0.1/", "//evil.com"])(
    "a redirect to %s",
    async (location) => {
      const { left, options } = network({
        answer: () => new Response(null, { status: 307, headers: { location } }),
      });
      const { result } = await attack("await posthog.api.post('/x', { data: {} })", options);
      expect(result.outcome.kind).toBe("denied");
      expect(left).toHaveLength(1);
      expect(result.outcome.message).not.toContain(PERSONAL_KEY);
    },
  );
});
