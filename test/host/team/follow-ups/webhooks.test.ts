import { abortAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { passTime, START, TestTeam, useClock } from "../test-team.ts";

useClock();

interface Request {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** What came to the other side. */
let requests: Request[] = [];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  requests = [];
  answer = () => new Response("taken");
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const body = await new Response(init.body ?? null).text();
    requests.push({ url, method: init.method ?? "", headers: Object.fromEntries(new Headers(init.headers)), body });
    return answer();
  });
});

const HOOK = `export function composeWebhook(event) {
  return { url: "https://hooks.test/in", body: JSON.stringify(event) };
}`;

const returning = (value: string) => `export const composeWebhook = () => (${value});`;

describe("composeWebhook", () => {
  test("has the request made that it composed of PostHog's event", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      `export function composeWebhook({ timestamp, ...event }) {
        return { url: "https://hooks.test/" + timestamp.getTime(), body: JSON.stringify(event) };
      }`,
      { name: "hook" },
    );
    const [sent] = await team.accept({
      event: "one",
      properties: { a: 1, $set: { b: 1, c: 1 } },
      $set: { c: 2 },
      timestamp: "2039-12-31T23:00:00.000Z",
    });
    await team.work();
    expect(requests).toMatchObject([
      {
        url: `https://hooks.test/${Date.parse("2039-12-31T23:00:00.000Z")}`,
        method: "POST",
        headers: { "content-type": "application/json" },
      },
    ]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      uuid: sent?.event.uuid,
      team_id: team.id,
      distinct_id: "person",
      event: "one",
      properties: { a: 1, $set: { b: 1, c: 2 } },
    });
    const { results } = await team.inside((object) => object.listOutcomes({ teamId: team.id, shard: 0 }, { limit: 9 }));
    expect(results.map(({ pluginConfigId, plugin }) => [pluginConfigId, plugin])).toEqual([[config.id, "hook"]]);
    expect(await team.status()).toMatchObject({ followUps: 0, webhooks: 0 });
    expect(await team.eventNames()).toEqual(["one"]);
  });

  test("may name method and headers", async () => {
    const team = await TestTeam.create();
    await team.install(
      returning(
        `{ url: "https://hooks.test/", method: "PUT", headers: { "X-Key": "k", Host: "evil.test" }, body: "text" }`,
      ),
    );
    await team.accept({});
    await team.work();
    expect(requests).toEqual([{ url: "https://hooks.test/", method: "PUT", headers: { "x-key": "k" }, body: "text" }]);
  });

  test.each(["null", "undefined", "false"])("asks for nothing by returning %s", async (value) => {
    const team = await TestTeam.create();
    await team.install(returning(value));
    await team.accept({});
    await team.work();
    expect(requests).toEqual([]);
    expect(await team.failures()).toEqual([]);
  });

  test.each([
    ["42", "it is no object"],
    ["[]", "it is no object"],
    ["{ body: '' }", "url must be text, and is missing"],
    ["{ url: 'https://hooks.test/', body: {} }", "body must be text, and is a value of type object"],
    ["{ url: 'https://hooks.test/', body: '', headers: [1] }", "headers must be an object of texts, and is a list"],
    [
      "{ url: 'https://hooks.test/', body: '', headers: { A: 1 } }",
      "the header A must be text, and is a value of type number",
    ],
    ["{ url: 'https://hooks.test/', body: '', method: 1 }", "method must be text, and is a value of type number"],
  ])("that returns %s is told what is wrong with it", async (value, message) => {
    const team = await TestTeam.create();
    await team.install(returning(value));
    await team.accept({});
    await team.work();
    expect(requests).toEqual([]);
    expect(await team.failures()).toMatchObject([
      {
        function: "composeWebhook",
        kind: "bad-return",
        message: `composeWebhook must return {url, body, headers?, method?} or null: ${message}`,
      },
    ]);
  });

  test("takes nothing from a prototype that it broke", async () => {
    const team = await TestTeam.create();
    await team.install(`Object.prototype.url = "https://evil.test/"; Object.prototype.body = "x";\n${returning("{}")}`);
    await team.accept({});
    await team.work();
    expect(requests).toEqual([]);
    expect(await team.failures()).toMatchObject([{ kind: "bad-return" }]);
  });
});

describe("a webhook", () => {
  test.each([
    ["a host that was not granted", "https://other.test/", { fetch: ["hooks.test"] }],
    ["anything without a grant for fetch", "https://hooks.test/", {}],
    ["a private address", "http://127.0.0.1/", { fetch: ["*"] }],
    ["a metadata server", "http://169.254.169.254/latest", { fetch: true }],
  ])("to %s is denied, and not made again", async (_, url, grants) => {
    const team = await TestTeam.create();
    const config = await team.install(returning(`{ url: "${url}", body: "b", headers: { Authorization: "secret" } }`), {
      grants,
    });
    await team.accept({});
    await team.workThrough();
    expect(requests).toEqual([]);
    expect(await team.failures()).toMatchObject([{ function: "webhook", kind: "denied" }]);
    expect(await team.deadLetters()).toMatchObject([
      { event: { url, method: "POST", body: "b" }, status: 0, pluginConfigId: config.id, function: "webhook" },
    ]);
    expect(JSON.stringify(await team.deadLetters())).not.toContain("secret");
  });

  test.each([500, 503, 429, 408])(
    "that is answered with %i is made again, and its plugin is not asked again",
    async (status) => {
      const team = await TestTeam.create();
      await team.install(`${HOOK}\nglobal.calls = 0;`.replace("return {", "console.log('composed'); return {"));
      answer = () => new Response("busy", { status: requests.length < 3 ? status : 200 });
      await team.accept({});
      await team.workThrough();
      expect(requests).toHaveLength(3);
      expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
      expect(await team.logged("CONSOLE")).toEqual(["composed"]);
      expect(await team.failures()).toMatchObject([
        { function: "webhook", kind: "retry", message: `POST to https://hooks.test answered ${status}: busy` },
        { function: "webhook", kind: "retry" },
      ]);
      expect(await team.deadLetters()).toEqual([]);
    },
  );

  test("comes back when the other side said", async () => {
    const team = await TestTeam.create();
    await team.install(HOOK);
    answer = () => new Response("", { status: 429, headers: { "Retry-After": "120" } });
    await team.accept({});
    await team.work();
    expect(await team.alarm()).toBe(START + 120_000);
  });

  test("without an answer is made again, fifteen times in all", async () => {
    const team = await TestTeam.create();
    await team.install(HOOK);
    answer = () => Promise.reject(new Error("connection refused"));
    const [sent] = await team.accept({});
    await team.workThrough();
    expect(requests).toHaveLength(15);
    expect(await team.failures()).toHaveLength(15);
    expect(await team.deadLetters()).toMatchObject([
      { uuid: sent?.event.uuid, status: 0, answer: expect.stringContaining("connection refused") },
    ]);
    expect(await team.status()).toMatchObject({ webhooks: 0 });
  });

  test("that is refused is not made again", async () => {
    const team = await TestTeam.create();
    await team.install(HOOK);
    answer = () => new Response("no such hook", { status: 404 });
    await team.accept({});
    await team.workThrough();
    expect(requests).toHaveLength(1);
    expect(await team.deadLetters()).toMatchObject([
      { status: 404, answer: "POST to https://hooks.test answered 404: no such hook", function: "webhook" },
    ]);
  });

  test("is made after a restart, and again when the process ended in the middle", async () => {
    const team = await TestTeam.create();
    await team.install(HOOK);
    answer = () => new Promise(() => undefined);
    await team.accept({ event: "one" });
    const crashed = team.work().catch(() => undefined);
    await vi.waitUntil(() => requests.length === 1);
    await abortAllDurableObjects();
    await crashed;
    answer = () => new Response("taken");
    await team.workThrough();
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
    expect(await team.failures()).toEqual([]);
    expect(await team.status()).toMatchObject({ webhooks: 0 });
  });

  test("that hangs holds up neither events nor exports", async () => {
    const team = await TestTeam.create();
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    answer = () => gate.then(() => new Response("taken"));
    await team.install(HOOK);
    await team.install(`export const onEvent = ({ event }) => console.log(event);`);
    await team.accept({ event: "one" });
    const working = team.work();
    await vi.waitUntil(() => requests.length === 1);
    await team.accept({ event: "two" });
    await vi.waitUntil(async () => (await team.logged("CONSOLE")).length === 2);
    expect(await team.eventNames()).toEqual(["one", "two"]);
    letGo();
    await working;
    expect(requests).toHaveLength(2);
  });

  test("waits for none of another plugin's, and one of a plugin's is under way at a time", async () => {
    const team = await TestTeam.create();
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    answer = () => (requests.at(-1)?.body === "quick" ? new Response("taken") : gate.then(() => new Response("taken")));
    await team.install(returning(`{ url: "https://hooks.test/", body: "slow" }`));
    await team.install(`export const composeWebhook = ({ event }) =>
      event === "last" ? { url: "https://hooks.test/", body: "quick" } : null;`);
    await team.accept({}, {}, {}, {}, { event: "last" });
    const working = team.work();
    await vi.waitUntil(() => requests.length === 2);
    await vi.waitUntil(async () => (await team.status()).webhooks === 5);
    expect(requests.map(({ body }) => body)).toEqual(["slow", "quick"]);
    letGo();
    await working;
    expect(requests).toHaveLength(6);
  });

  test("of a config that is gone is not made, and kept as a dead letter without what may be secret", async () => {
    const team = await TestTeam.create();
    const config = await team.install(HOOK);
    answer = () => new Response("", { status: 503 });
    await team.accept({});
    await team.work();
    await team.update(config.id, { enabled: false });
    await team.reconfigure();
    passTime(3_600_000);
    await team.workThrough();
    expect(requests).toHaveLength(1);
    const reason = "its plugin config is gone or disabled";
    expect((await team.logged("SYSTEM")).at(-1)).toBe(`webhook was given up: ${reason}`);
    expect(await team.deadLetters()).toMatchObject([
      {
        event: { url: "https://hooks.test", method: "POST" },
        status: 0,
        answer: reason,
        pluginConfigId: config.id,
        function: "webhook",
      },
    ]);
    expect(await team.status()).toMatchObject({ webhooks: 0 });
  });
});
