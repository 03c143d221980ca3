import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Recorder } from "../../cli/case/recorder.ts";
import type { HostRequest, HostResponse } from "../../cli/capabilities/fetch-record.ts";
import { runCase } from "../../cli/case/run-case.ts";
import { loadPlugin } from "../../cli/plugin/load-plugin.ts";
import { planEvents, planJob } from "../../cli/run/plan.ts";
import { folder, hoglet } from "./hoglet.ts";

const request = (url: string, method = "GET"): HostRequest => ({ url, method, headers: [], redirect: "follow" });
const response = (body: string | Uint8Array, headers: [string, string][] = []): HostResponse => ({
  status: 200,
  statusText: "OK",
  headers,
  url: "",
  redirected: false,
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
});

const PLUGIN = {
  "plugin.json": { name: "recorded", config: [{ key: "apiKey", type: "string", secret: true }] },
  "index.ts": `export const jobs = { greet: (name) => "hi " + name }
    export async function processEvent(event, { config, attachments, cache }) {
      const get = (path) => fetch("https://api.x.com/" + path + "?key=" + encodeURIComponent(config.apiKey))
      await cache.set("seen", Date.now(), 60)
      return {
        ...event, at: Date.now(), random: Math.random(), list: String(attachments.list.contents),
        json: await (await get("json")).json(), text: await (await get("text")).text(),
        bytes: (await (await get("bytes")).buffer()).toString("hex"), link: (await get("json")).headers.get("link"),
      }
    }`,
};

test("makes a case of a run that is green at once, without secrets or the network", async () => {
  const root = await folder(PLUGIN);
  const path = join(root, "recorded.case.json");
  const key = 'very "secret" key';
  const url = (name: string) => `https://api.x.com/${name}?key=${encodeURIComponent(key)}`;
  const recorder = new Recorder();
  // Told in another order than they were sent in.
  const first = recorder.observe(request(url("json")));
  recorder.observe(request(url("text")))(response('{ "spaced": 1 }'));
  first(
    response('{"a":[1]}', [
      ["content-type", "application/json"],
      ["set-cookie", "s"],
    ]),
  );
  recorder.observe(request(url("bytes")))(response(new Uint8Array([255, 0])));
  recorder.observe(request(url("json")))(response("", [["link", `<${url("next")}>`]]));
  const plugin = await loadPlugin(root);
  const config = { apiKey: key };
  const attachments = [
    { key: "list", contentType: "text/csv", fileName: "l.csv", size: 3, contents: new TextEncoder().encode("1,2") },
  ];
  // Stands for the real run.
  const { output } = await runCase(
    plugin,
    {
      path,
      case: {
        config,
        env: { now: recorder.now, seed: recorder.seed },
        mockFetch: [
          { url: url("json"), json: { a: [1] }, times: 1 },
          { url: url("text"), text: '{ "spaced": 1 }' },
          { url: url("bytes"), base64: "/wA=" },
          { url: url("json"), headers: { link: `<${url("next")}>` } },
        ],
        calls: [
          { method: "processEvent", event: { event: "a", secret: key } },
          { job: "greet", payload: "you" },
        ],
      },
    },
    { config, attachments },
  );
  const differences = await recorder.write(path, {
    plugin,
    config,
    attachments,
    grants: undefined,
    posthog: {},
    calls: [...planEvents("processEvent", [{ event: "a", secret: key }]), planJob("greet", "you")],
    output,
  });
  expect(differences).toEqual([]);

  const text = await readFile(path, "utf8");
  expect(text).not.toContain('secret\\" key');
  expect(text).not.toContain(encodeURIComponent(key));
  const recorded = JSON.parse(text) as { config: object; mockFetch: object[]; calls: object[]; env: { now: string } };
  expect(recorded).toMatchObject({
    name: "recorded",
    config: { apiKey: "SECRET-apiKey" },
    calls: [
      { method: "processEvent", event: { event: "a", secret: "SECRET-apiKey" } },
      { job: "greet", payload: "you" },
    ],
    expect: {
      returns: [
        {
          event: "a",
          at: Date.parse(recorded.env.now),
          list: "1,2",
          json: { a: [1] },
          text: '{ "spaced": 1 }',
          bytes: "ff00",
          link: "<https://api.x.com/next?key=SECRET-apiKey>",
        },
        "hi you",
      ],
      cacheTtl: { seen: 60 },
    },
  });
  expect(recorded.mockFetch[0]).toEqual({
    url: "https://api.x.com/json?key=SECRET-apiKey",
    method: "GET",
    status: 200,
    statusText: "OK",
    headers: { "content-type": "application/json" },
    json: { a: [1] },
    times: 1,
  });
  expect(await hoglet(["test", root])).toMatchObject({ code: 0, stdout: expect.stringContaining("1 green") as string });
});

test("--record writes the case of a real run", async () => {
  const root = await folder({
    "index.js": `export const processEvent = async (event) => ({ ...event, n: Math.random(), at: Date.now(), slept: await new Promise((r) => setTimeout(r, 5000, "yes")) })`,
  });
  const input = '{"event":"a"}\n{"event":"b"}';
  const run = await hoglet(["run", ".", "--event", "-", "--json", "--record", "new.case.json"], { cwd: root, input });
  expect(run.code).toBe(0);
  const recorded = JSON.parse(await readFile(join(root, "new.case.json"), "utf8")) as { expect: { returns: unknown } };
  expect(recorded.expect.returns).toEqual((JSON.parse(run.stdout) as { returns: unknown }).returns);
  expect((await hoglet(["test", root])).code).toBe(0);
});

test("what a plugin computes from a secret is not written", async () => {
  const source = `exports.processEvent = (event, { config }) => ({ ...event, auth: Buffer.from(config.apiKey).toString("base64") })`;
  const root = await folder({
    "plugin.json": PLUGIN["plugin.json"],
    "index.js": source,
    "config.json": { apiKey: "hush hush" },
  });
  const args = ["run", ".", "--event", "-", "--config", "config.json", "--json", "--record", "new.case.json"];
  const { code, stderr } = await hoglet(args, { cwd: root, input: '{"event":"a"}' });
  expect(code).toBe(0);
  expect(stderr).toBe("note: run again, new.case.json comes to something else in returns[0].auth\n");
  const text = await readFile(join(root, "new.case.json"), "utf8");
  expect(text).not.toContain(Buffer.from("hush hush").toString("base64"));
  expect((await hoglet(["test", root])).code).toBe(0);
});

test.each([
  [
    "that fail",
    "https://x.com/",
    ["--offline"],
    { networkError: "request to https://x.com/ failed, reason: --offline forbids the network" },
  ],
  [
    "that the guard denies",
    "http://127.0.0.1:1/",
    [],
    { throws: expect.stringMatching(/^DeniedError: .*loopback/) as string },
  ],
  ["to no address", "nowhere", [], { throws: expect.stringMatching(/^TypeError: Only absolute/) as string }],
])("requests %s are recorded, and fail in the same way again", async (_what, url, flags, mock) => {
  const source = `exports.processEvent = async (event) => ({ ...event, failed: await fetch(event.url).catch((e) => e.name + e.message) })`;
  const root = await folder({ "index.js": source });
  const args = ["run", ".", "--event", "-", "--json", "--record", "new.case.json", ...flags];
  const { stdout, stderr } = await hoglet(args, { cwd: root, input: JSON.stringify({ url }) });
  expect(stderr).toBe("");
  const recorded = JSON.parse(await readFile(join(root, "new.case.json"), "utf8")) as {
    mockFetch: object[];
    expect: object;
  };
  expect(recorded.mockFetch).toEqual([{ url, method: "GET", ...mock, times: 1 }]);
  expect(recorded.expect).toMatchObject({ returns: (JSON.parse(stdout) as { returns: object[] }).returns });
  expect(await hoglet(["test", root])).toMatchObject({ code: 0 });
});

test("what flags grant and deny is part of the case", async () => {
  const source = `exports.processEvent = async (event, { cache }) => { await cache.set("a", 1); return event }`;
  const root = await folder({ "plugin.json": { name: "p", capabilities: {} }, "index.js": source });
  const args = ["run", ".", "--event", "-", "--json", "--record", "new.case.json", "--allow-cache"];
  const { stderr } = await hoglet(args, { cwd: root, input: "{}" });
  expect(stderr).toBe("");
  expect(await hoglet(["test", root])).toMatchObject({ code: 0 });
});
