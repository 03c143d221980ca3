import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import type { RunOutput } from "../../cli/run/output.ts";
import { listen } from "../support/listen.ts";
import { folder, hoglet, runCase } from "./hoglet.ts";

const SECRET = "s3cret-of-the-run";

interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  type: string | undefined;
  body: string;
}

/** A server on this machine that says what it was asked. */
async function startEcho(): Promise<{ url: string; port: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { authorization, "content-type": type } = request.headers;
      asked.push({ method: request.method, url: request.url, authorization, type, body });
      response.writeHead(200, { "x-echo": authorization ?? "" }).end(JSON.stringify({ authorization }));
    });
  });
  const { url, close } = await listen(server);
  onTestFinished(close);
  return { url, port: new URL(url).port, asked };
}

const pluginWith = (host: string, source: string) =>
  folder({
    "plugin.json": {
      name: "uses",
      config: [{ key: "apiKey", type: "string", inject: { host, header: "Authorization", format: "Bearer {}" } }],
    },
    "index.ts": source,
    "config.json": { apiKey: SECRET },
    "event.json": { event: "e", properties: {} },
  });

const run = async (root: string, flags: string[], env: Record<string, string> = {}) => {
  const files = ["--config", join(root, "config.json"), "--event", join(root, "event.json")];
  const { code, stdout, stderr } = await hoglet(["run", root, ...files, "--json", ...flags], { env });
  expect([code, stderr]).toEqual([0, ""]);
  return { output: JSON.parse(stdout) as RunOutput, stdout };
};

test("a secret reaches its host and is nowhere else in a run, nor in the case that is recorded of it", async () => {
  const { url, port, asked } = await startEcho();
  const root = await pluginWith(
    `127.0.0.1:${port}`,
    `export async function processEvent(event, { config }) {
      const response = await fetch("${url}/a", { headers: { Authorization: \`Bearer \${config.apiKey}\` } });
      event.properties = { config, told: await response.text(), echo: response.headers.get("x-echo") };
      console.log(config.apiKey);
      return event;
    }`,
  );
  const recorded = join(root, "recorded.case.json");
  const { output, stdout } = await run(root, ["--record", recorded], { ALLOW_LOOPBACK: "true" });
  expect(asked.map(({ authorization }) => authorization)).toEqual([`Bearer ${SECRET}`]);
  expect(output.returns).toMatchObject([
    { properties: { config: { apiKey: "{{secret:apiKey}}" }, told: '{"authorization":"Bearer [redacted]"}' } },
  ]);
  expect(stdout + (await readFile(recorded, "utf8"))).not.toContain("s3cret");
  // The case needs neither the server nor the secret.
  expect((await hoglet(["test", root])).code).toBe(0);
  expect(asked).toHaveLength(1);
});

test("the machine itself is out of reach without ALLOW_LOOPBACK", async () => {
  const { url, asked } = await startEcho();
  const root = await pluginWith("127.0.0.1", `export const processEvent = async () => void (await fetch("${url}"))`);
  const { output } = await run(root, []);
  expect(output.outcomes).toMatchObject([
    { kind: "denied", message: expect.stringContaining("ALLOW_LOOPBACK=true") as string },
  ]);
  expect(asked).toEqual([]);
});

const ASKS_API = `export async function processEvent(event) {
  const response = await posthog.api.post("/api/event", { data: { a: 1 } });
  event.properties = { status: response.status, told: await response.text() };
  return event;
}`;

test("posthog.api asks the PostHog that the command line names", async () => {
  const { url, asked } = await startEcho();
  const root = await pluginWith("x.com", ASKS_API);
  const recorded = join(root, "recorded.case.json");
  const keys = ["--posthog-host", url, "--project-api-key", "phc_mine", "--personal-api-key", "phx_my-own-key"];
  const { output } = await run(root, [...keys, "--record", recorded]);
  expect(asked).toEqual([
    {
      method: "POST",
      url: "/api/event?token=phc_mine",
      authorization: "Bearer phx_my-own-key",
      type: "application/json",
      body: '{"a":1}',
    },
  ]);
  expect(output.returns).toMatchObject([{ properties: { told: '{"authorization":"Bearer [redacted]"}' } }]);
  expect(await readFile(recorded, "utf8")).not.toContain("phx_my-own-key");
  expect((await hoglet(["test", root])).code).toBe(0);
});

test("posthog.api says which flag is missing", async () => {
  const root = await pluginWith("x.com", ASKS_API);
  const denied = async (...flags: string[]) => (await run(root, flags)).output.outcomes[0]?.message;
  expect(await denied()).toContain("name it with --posthog-host=URL");
  expect(await denied("--posthog-host", "https://us.posthog.com", "--project-api-key", "phc_x")).toContain(
    "give it with --personal-api-key=KEY",
  );
  expect((await hoglet(["run", root, "--posthog-host", "us.posthog.com"])).code).toBe(2);
});

test("a case answers posthog.api from its mocks", async () => {
  const mock = (url: string) => ({ mockFetch: [{ url, method: "POST", json: { ok: 1 } }] });
  const event = { events: [{ event: "e", properties: {} }] };
  const told = async (given: object) => (await runCase(ASKS_API, { ...event, ...given })).returns;
  const expected = [{ event: "e", properties: { status: 200, told: '{"ok":1}' } }];
  expect(await told(mock("https://app.posthog.com/api/event?token=phc_case"))).toEqual(expected);
  const posthog = { host: "https://eu.i.posthog.com", projectApiKey: "phc_mine" };
  expect(await told({ posthog, ...mock("https://eu.posthog.com/api/event?token=phc_mine") })).toEqual(expected);
});
