import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Recorder } from "../../cli/case/recorder.ts";
import type { HostRequest, HostResponse } from "../../cli/capabilities/fetch-record.ts";
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
  recorder.add(
    request(url("json")),
    response('{"a":[1]}', [
      ["content-type", "application/json"],
      ["set-cookie", "s"],
    ]),
  );
  recorder.add(request(url("text")), response('{ "spaced": 1 }'));
  recorder.add(request(url("bytes")), response(new Uint8Array([255, 0])));
  recorder.add(request(url("json")), response("", [["link", `<${url("next")}>`]]));
  await recorder.write(path, {
    plugin: await loadPlugin(root),
    config: { apiKey: key },
    attachments: [
      { key: "list", contentType: "text/csv", fileName: "l.csv", contents: new TextEncoder().encode("1,2") },
    ],
    calls: [...planEvents("processEvent", [{ event: "a", secret: key }]), planJob("greet", "you")],
  });

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
