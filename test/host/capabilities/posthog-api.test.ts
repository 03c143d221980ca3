import { describe, expect, test } from "vitest";

import type { PosthogAccount } from "../../../host/capabilities/posthog-api.ts";
import { attack, survived } from "../../hostile/support/attack.ts";
import { ACCOUNT, network, PERSONAL_KEY } from "../../hostile/support/network.ts";

const ask = async (body: string, account: Partial<PosthogAccount> = {}) => {
  const { left, options } = network({ account: { ...ACCOUNT, ...account } });
  await survived(body, options);
  return left;
};

describe("posthog.api", () => {
  test.each([
    ["get", "/api/event/", "https://us.posthog.com/api/event/?token=phc_team", ""],
    ["get", "api/event?a=1", "https://us.posthog.com/api/event?a=1&token=phc_team", ""],
    ["post", "/api/event", "https://us.posthog.com/api/event?token=phc_team", "{}"],
    ["put", "/api/event", "https://us.posthog.com/api/event?token=phc_team", "{}"],
    ["delete", "/api/event", "https://us.posthog.com/api/event?token=phc_team", ""],
  ])("%s %s", async (method, path, url, body) => {
    const headers = body === "" ? {} : { "content-type": "application/json" };
    expect(await ask(`await posthog.api.${method}(${JSON.stringify(path)})`)).toEqual([
      { url, method: method.toUpperCase(), headers: { ...headers, authorization: `Bearer ${PERSONAL_KEY}` }, body },
    ]);
  });

  test("puts data into the query of a GET, before the token, and into the body of all others", async () => {
    const left = await ask(`
      const options = { data: { event: "a b", n: 1, no: undefined, list: [1], none: null } };
      for (const method of ["get", "post", "put", "delete"]) await posthog.api[method]("/x", options);
      await posthog.api.get("/x", { data: "a=1&b" });
      await posthog.api.get("/x", { data: {} });`);
    expect(left.map(({ url }) => url.slice("https://us.posthog.com/".length))).toEqual([
      "x?event=a+b&n=1&list=%5B1%5D&none=null&token=phc_team",
      "x?token=phc_team",
      "x?token=phc_team",
      "x?token=phc_team",
      "x?a=1&b=&token=phc_team",
      "x?token=phc_team",
    ]);
    const json = '{"event":"a b","n":1,"list":[1],"none":null}';
    expect(left.map(({ body }) => body)).toEqual(["", json, json, json, "", ""]);
    expect(left[3]?.headers["content-type"]).toBe("application/json");
  });

  test.each([
    ["https://eu.i.posthog.com", "https://eu.posthog.com/x?token=phc_team"],
    ["https://us.posthog.com", "https://us.posthog.com/x?token=phc_team"],
    ["https://posthog.example.com", "https://posthog.example.com/x?token=phc_team"],
    ["http://localhost:8000", "http://localhost:8000/x?token=phc_team"],
    ["http://10.0.0.5:8000/posthog/", "http://10.0.0.5:8000/posthog/x?token=phc_team"],
  ])("asks the team's own host, wherever its administrator put it: %s", async (host, url) => {
    expect((await ask("await posthog.api.get('/x')", { host })).map((one) => one.url)).toEqual([url]);
  });

  test.each([
    "https://app.posthog.com",
    "https://app.posthog.com/",
    "https://us.i.posthog.com",
    "https://us.posthog.com/",
    "",
  ])("takes the host %s for the team's", async (host) => {
    const [left] = await ask(`await posthog.api.get("/x", { host: ${JSON.stringify(host)} })`);
    expect(left?.url).toBe("https://us.posthog.com/x?token=phc_team");
  });

  test("answers with a Response, whatever its status", async () => {
    const { options } = network({ answer: () => Response.json({ a: [1] }, { status: 404, statusText: "Nope" }) });
    const body = `const r = await posthog.api.get("/x");
      return [r instanceof Response, r.status, r.ok, r.statusText, await r.json()]`;
    expect(await survived(body, options)).toEqual([true, 404, false, "Nope", { a: [1] }]);
  });

  test("fails as node-fetch does when there is no answer", async () => {
    const { options } = network({ answer: () => Promise.reject(new TypeError("connection lost")) });
    const { result } = await attack("await posthog.api.get('/x')", options);
    expect(result.thrown).toMatch(/^FetchError: request to https:\/\/us\.posthog\.com\/x.* connection lost$/);
  });

  test.each<[string, Partial<PosthogAccount>, string, string]>([
    ["a host", { host: null }, "denied", "DeniedError: posthog.api was denied: set a host"],
    ["a personal key", { personalApiKey: null }, "denied", "DeniedError: posthog.api was denied: set a key"],
    ["a project", { projectApiKey: null }, "threw", "Error: Unable to determine project"],
  ])("says what to set when there is no %s", async (_what, account, kind, message) => {
    const { left, options } = network({ account: { ...ACCOUNT, ...account } });
    const { result } = await attack("await posthog.api.get('/x')", options);
    expect(result.outcome).toMatchObject({ kind, message });
    expect(left).toEqual([]);
  });
});
