import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { listen } from "../support/listen.ts";

const SECRET = "s3cret-of-the-service";
const PERSONAL_KEY = "phx_of-the-team";

/** Uses a service and PostHog's API, and tells its log and the event what came of it. */
const source = (service: string) => `export async function processEvent(event, { config }) {
  const headers = { "X-Key": config.apiKey };
  const used = await (await fetch("${service}/use", { headers })).text();
  const moved = await (await fetch("${service}/move", { headers })).text();
  const api = await posthog.api.post("/api/annotation", { data: { content: event.event } });
  event.properties = { key: config.apiKey, used, moved, api: [api.status, await api.text()] };
  console.log(used, "and", config.other);
  return event;
}`;

interface Asked {
  path: string;
  key: string | undefined;
  authorization: string | undefined;
}

/** Says what it was asked, and plays PostHog. */
async function startService(moveTo: () => string) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then(() => {
      const path = request.url ?? "";
      const { authorization } = request.headers;
      const key = request.headers["x-key"] as string | undefined;
      asked.push({ path, key, authorization });
      if (path === "/move") return response.writeHead(307, { location: `${moveTo()}/moved` }).end();
      return response.end(JSON.stringify({ key, authorization }));
    });
  });
  return { ...(await listen(server)), asked };
}

let hoglet: Hoglet;
let service: Awaited<ReturnType<typeof startService>>;
let other: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  other = await startService(() => "");
  service = await startService(() => other.url);
  hoglet = await startHoglet({ ALLOW_LOOPBACK: "true" });
}, START_TIMEOUT);
afterAll(async () => {
  await hoglet?.stop();
  await service?.close();
  await other?.close();
});

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${hoglet.adminToken}`, "content-type": "application/json" };
  const response = await fetch(`${hoglet.url}${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
  expect(response.ok).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

test("a real server injects secrets, asks the team's PostHog, and tells neither", { timeout: 60_000 }, async () => {
  await call("PATCH", "/api/teams/1", {
    posthog_host: service.url,
    posthog_api_key: "phc_project",
    personal_api_key: PERSONAL_KEY,
  });
  const inject = { host: new URL(service.url).host, header: "X-Key", format: "key {}" };
  const { id } = await call("POST", "/api/plugins", {
    name: "ways out",
    source: source(service.url),
    config: [
      { key: "apiKey", type: "string", inject },
      { key: "other", type: "string", secret: true },
    ],
  });
  const config = { apiKey: SECRET, other: "an0ther-secret" };
  await call("POST", "/api/plugin_configs", { team_id: 1, plugin_id: id, enabled: true, config });

  const event = { api_key: "phc_demo", event: "hello", distinct_id: "me" };
  await fetch(`${hoglet.url}/e/`, { method: "POST", body: JSON.stringify(event) });
  const seen = await vi.waitFor(
    async () => {
      const { results } = await call("GET", "/api/recent-events?team_id=1");
      const [first] = results as { after: { properties: unknown } | null; outcomes: unknown[] }[];
      expect(first?.outcomes.length).toBeGreaterThan(0);
      return first;
    },
    { timeout: 30_000, interval: 200 },
  );

  expect(seen?.after?.properties).toMatchObject({
    key: "{{secret:apiKey}}",
    used: '{"key":"key [redacted]"}',
    moved: '{"key":"{{secret:apiKey}}"}',
    api: [200, '{"authorization":"Bearer [redacted]"}'],
  });
  const api = service.asked.find(({ path }) => path.startsWith("/api/"));
  expect(service.asked.slice(0, 2).map(({ key }) => key)).toEqual([`key ${SECRET}`, `key ${SECRET}`]);
  expect(other.asked).toEqual([{ path: "/moved", key: "{{secret:apiKey}}", authorization: undefined }]);
  expect(api).toEqual({
    path: "/api/annotation?token=phc_project",
    key: undefined,
    authorization: `Bearer ${PERSONAL_KEY}`,
  });
  const told = await Promise.all(
    ["logs", "outcomes", "recent-events", "plugin_configs"].map((list) => call("GET", `/api/${list}?team_id=1`)),
  );
  const all = JSON.stringify([told, await call("GET", "/api/teams/1"), await call("GET", "/api/plugins")]);
  for (const secret of [SECRET, "an0ther-secret", PERSONAL_KEY]) expect(all).not.toContain(secret);
  expect(all).toContain("and [redacted]");
});
