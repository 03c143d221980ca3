import { describe, expect, test } from "vitest";

import { Egress } from "../../host/capabilities/egress.ts";
import type { PlatformFetch } from "../../host/capabilities/fetch-send.ts";
import type { PosthogAccount } from "../../host/capabilities/posthog-api.ts";
import type { Injection } from "../../host/secrets/injection.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

/** Makes the two capabilities by which a plugin reaches the network, granted these hosts. */
export type ProvideWays = (
  egress: Egress,
  given: { hosts: "*" | readonly string[]; injections: readonly Injection[]; account: PosthogAccount },
) => Pick<Capabilities, "fetch"> & { api: Capabilities["posthog"]["api"] };

type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];

const SECRET = "s3cret-of-the-contract";
const INJECTION: Injection = {
  key: "apiKey",
  value: SECRET,
  host: ["8.8.8.8"],
  header: "Authorization",
  format: "Bearer {}",
};
const ACCOUNT: PosthogAccount = {
  host: "https://us.i.posthog.com",
  projectApiKey: "phc_team",
  personalApiKey: "phx_the-teams-own",
  howToSet: { host: "set a host", personalApiKey: "set a key" },
};

/** What holds for `fetch` and `posthog.api` wherever plugins run. Hosts are addresses, so that nobody has to look names up. */
export function describeGuardedWays(name: string, provide: ProvideWays): void {
  const open = (answer: (url: string) => Response, hosts: "*" | readonly string[] = "*", account = ACCOUNT) => {
    const left: { url: string; authorization: string | null }[] = [];
    const fetch: PlatformFetch = async (url, { headers }) => {
      left.push({ url, authorization: new Headers(headers).get("authorization") });
      return answer(url);
    };
    const scope = { signal: new AbortController().signal };
    const ways = provide(new Egress({ limits: DEFAULT_LIMITS, scope, fetch }), {
      hosts,
      injections: [INJECTION],
      account,
    });
    return { ...ways, left };
  };
  const get = (url: string, headers: [string, string][] = []): HostRequest => ({
    url,
    method: "GET",
    headers,
    redirect: "follow",
  });

  describe(`the guarded ways of ${name}`, () => {
    test("a public host answers", async () => {
      const { fetch, left } = open(() => new Response("hello", { status: 201 }));
      const { status, body } = await fetch.send(get("https://8.8.8.8/a"));
      expect([status, new TextDecoder().decode(body), left.map(({ url }) => url)]).toEqual([
        201,
        "hello",
        ["https://8.8.8.8/a"],
      ]);
    });

    test.each([
      "http://127.0.0.1/",
      "http://[::ffff:10.0.0.1]/",
      "http://169.254.169.254/",
      "http://localhost/",
      "file:///x",
    ])("%s is refused", async (url) => {
      const { fetch, left } = open(() => new Response());
      await expect(fetch.send(get(url))).rejects.toMatchObject({ name: "DeniedError" });
      expect(left).toEqual([]);
    });

    test("a host that is not granted is refused, and so is a redirect to it", async () => {
      const { fetch, left } = open(
        () => new Response(null, { status: 302, headers: { location: "https://1.1.1.1/" } }),
        ["8.8.8.8"],
      );
      await expect(fetch.send(get("https://1.1.1.1/"))).rejects.toMatchObject({ name: "DeniedError" });
      await expect(fetch.send(get("https://8.8.8.8/"))).rejects.toMatchObject({ name: "DeniedError" });
      expect(left.map(({ url }) => url)).toEqual(["https://8.8.8.8/"]);
    });

    test("a secret goes to its host in its header, and does not come back", async () => {
      const { fetch, left } = open(() => new Response(`you sent ${SECRET}`));
      const headers: [string, string][] = [["authorization", "Bearer {{secret:apiKey}}"]];
      const { body } = await fetch.send(get("https://8.8.8.8/", headers));
      await fetch.send(get("https://1.1.1.1/", headers));
      expect(left.map(({ authorization }) => authorization)).toEqual([`Bearer ${SECRET}`, "Bearer {{secret:apiKey}}"]);
      expect(new TextDecoder().decode(body)).toBe("you sent [redacted]");
    });

    test("posthog.api asks the team's PostHog with a key that does not come back", async () => {
      const { api, left } = open(() => Response.json({ key: ACCOUNT.personalApiKey }), []);
      const { body } = await api({ method: "get", path: "/api/x", data: '{"a":1}' });
      expect(left).toEqual([
        { url: "https://us.posthog.com/api/x?a=1&token=phc_team", authorization: `Bearer ${ACCOUNT.personalApiKey}` },
      ]);
      expect(new TextDecoder().decode(body)).toBe('{"key":"[redacted]"}');
    });

    test("posthog.api without a host or a key says what to set", async () => {
      const { api, left } = open(() => new Response(), "*", { ...ACCOUNT, personalApiKey: null });
      await expect(api({ method: "get", path: "/x" })).rejects.toMatchObject({
        name: "DeniedError",
        message: "posthog.api was denied: set a key",
      });
      await expect(api({ method: "get", path: "/x", host: "https://evil.com" })).rejects.toMatchObject({
        name: "DeniedError",
      });
      expect(left).toEqual([]);
    });
  });
}
