import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { RunOutput } from "../../cli/run/output.ts";
import type { JsonObject } from "../../host/event.ts";
import { folder, hoglet } from "../cli/hoglet.ts";
import { MortalServer } from "./mortal-server.ts";

const ADMIN_TOKEN = "the token of the test";
const SECRET = "sk_live-7Q9zVb3x/E+1";

/** Takes its way by an answer, chance, the time, cache, storage and a secret before it fails. */
const source = (port: number): string => `
export async function setupPlugin({ global, storage, cache }) {
  global.since = Date.now();
  global.rate = await (await fetch("http://127.0.0.1:${port}/rate")).json();
  global.seen = await storage.get("seen", 0);
}
export async function processEvent(event, { global, cache, storage, config }) {
  if (event.event !== "fail") {
    await cache.set("last", { of: event.event, list: [1, 2] });
    await cache.lpush("queue", ["a", "b"]);
    await storage.set("seen", 41);
    return event;
  }
  const rounds = Math.floor(Math.random() * 5000) + (Date.now() % 97);
  for (let i = 0; i < rounds; i++) event.properties["p" + (i % 7)] = i;
  const last = await cache.get("last");
  const queue = await cache.lrange("queue", 0, -1);
  const count = await cache.incr("count");
  const answer = await fetch("http://127.0.0.1:${port}/ask?key=" + encodeURIComponent(config.apiKey));
  const text = await answer.text();
  if (config.apiKey.startsWith("sk_live")) throw new Error("a real key");
  const parts = [last.of, queue.join(), count, await storage.get("seen"), answer.status, text.length, global.rate.usd, global.since > 1e12];
  throw new TypeError("failed after " + rounds + ": " + parts.join(" ") + " " + config.apiKey);
}`;
const MANIFEST = {
  name: "fails in the end",
  config: [{ key: "apiKey", type: "string", secret: true, required: true }],
};

let server: MortalServer;
const asked: string[] = [];
const outside = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.setHeader("content-type", "application/json");
  response.statusCode = request.url === "/rate" ? 200 : 418;
  // The answer has the secret in it, as those of careless servers do.
  response.end(request.url === "/rate" ? '{"usd":7.25}' : JSON.stringify({ echo: request.url, key: SECRET }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
  server = await MortalServer.start({ ADMIN_TOKEN, ALLOW_LOOPBACK: "true" });
});

afterAll(async () => {
  await server?.remove();
  outside.close();
});

interface Recorded {
  id: number;
  shard: number;
  kind: string;
  message: string | null;
  fuel: number;
  has_case: boolean;
}

async function failureOf(configId: number): Promise<Recorded> {
  return vi.waitFor(
    async () => {
      const { results } = await server.api<{ results: (Recorded & { plugin_config_id: number })[] }>(
        "GET",
        "/api/outcomes?team_id=1&kind=threw",
      );
      const found = results.find((each) => each.plugin_config_id === configId);
      if (!found) throw new Error("it has not failed yet");
      return found;
    },
    { timeout: 20_000, interval: 100 },
  );
}

describe("a failure on a server", () => {
  test("runs again on a machine, with the same outcome and the same fuel", async () => {
    const code = source((outside.address() as AddressInfo).port);
    const files = { "plugin.json": JSON.stringify(MANIFEST), "index.ts": code };
    const { id: pluginId } = await server.api<{ id: number }>("POST", "/api/plugins", { files });
    const values = { apiKey: SECRET.replace("sk_live", "rk_test") };
    const body = { team_id: 1, plugin_id: pluginId, enabled: true, order: 0, config: values };
    const { id: configId } = await server.api<{ id: number }>("POST", "/api/plugin_configs", body);
    expect(await server.capture([{ event: "fine", distinct_id: "p", properties: {} }])).toBe(true);
    await vi.waitFor(async () => {
      const { results } = await server.api<{ results: { before: JsonObject }[] }>(
        "GET",
        "/api/recent-events?team_id=1",
      );
      expect(results.map(({ before }) => before["event"])).toContain("fine");
    }, 20_000);
    // Another sandbox, so that nothing but the setup comes before the call.
    await server.api("PATCH", `/api/plugin_configs/${configId}`, { name: "again" });
    const properties = { plan: "pro", leaked: values.apiKey };
    expect(await server.capture([{ event: "fail", distinct_id: "p", properties }])).toBe(true);
    const failure = await failureOf(configId);
    expect(failure.has_case).toBe(true);

    const root = await folder(files);
    const path = join(root, "failure.json");
    const flags = ["--url", server.url, "--token", ADMIN_TOKEN, "--shard", String(failure.shard), "--out", path];
    const fetched = await hoglet(["case", String(failure.id), ...flags]);
    expect(fetched).toMatchObject({ code: 0, stderr: "" });
    const text = await readFile(path, "utf8");
    for (const form of [values.apiKey, encodeURIComponent(values.apiKey)]) expect(text).not.toContain(form);
    expect((JSON.parse(text) as JsonObject)["config"]).toEqual({ apiKey: "xx_xxxx-0x0xxx0x/x+0" });

    const before = asked.length;
    const ran = await hoglet(["run", root, "--case", path, "--json"]);
    expect(ran.code).toBe(0);
    const { outcomes, setup } = JSON.parse(ran.stdout) as RunOutput;
    expect(setup).toBeNull();
    const masked = "xx_xxxx-0x0xxx0x/x+0";
    expect(outcomes).toMatchObject([{ kind: "threw", fuel: failure.fuel }]);
    expect(outcomes[0]?.message?.replace(masked, "[redacted]")).toBe(failure.message);
    expect(outcomes[0]?.message).toContain("fine b,a 1 41 418");
    // Nothing was asked again.
    expect(asked.length).toBe(before);
  });
});
