import { describe, expect, test } from "vitest";

import { attack, survived } from "./support/attack.ts";
import { network } from "./support/network.ts";

const redirect = (status: number, location: string) => new Response(null, { status, headers: { location } });

describe("A redirect leads nowhere where the plugin could not have gone.", () => {
  test.each([
    "http://127.0.0.1/",
    "//localhost/",
    "http://[::1]/",
    "https://evil.com/",
    "http://metadata.google.internal/",
    "file:///etc/passwd",
    "//10.0.0.1",
    "http:\\\\10.0.0.1",
  ])("%s", async (location) => {
    const { left, options } = network({ rules: { hosts: ["x.com"] }, answer: () => redirect(302, location) });
    const { result } = await attack("await fetch('https://x.com/')", options);
    expect(result.outcome.kind).toBe("denied");
    expect(left).toHaveLength(1);
  });

  test("credentials do not go along to another origin, nor come back with it", async () => {
    const { left, options } = network({
      answer: ({ url }) =>
        url === "https://x.com/1"
          ? redirect(307, "https://y.com/2")
          : url === "https://y.com/2"
            ? redirect(307, "https://x.com/3")
            : new Response(),
    });
    await survived(
      "await fetch('https://x.com/1', { method: 'POST', body: 'b', headers: { authorization: 'mine', cookie: 'c', 'x-own': '1' } })",
      options,
    );
    expect(left.map(({ headers }) => [headers["authorization"], headers["cookie"], headers["x-own"]])).toEqual([
      ["mine", "c", "1"],
      [undefined, undefined, "1"],
      [undefined, undefined, "1"],
    ]);
  });

  test("a circle ends", async () => {
    const { left, options } = network({ answer: ({ url }) => redirect(302, url) });
    const { result } = await attack("await fetch('https://x.com/')", options);
    expect(result.outcome).toMatchObject({ kind: "threw", message: expect.stringContaining("more than 5 times") });
    expect(left).toHaveLength(6);
  });
});
