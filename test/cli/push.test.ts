import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";

import { folder, hoglet } from "./hoglet.ts";

interface Asked {
  method: string;
  url: string;
  authorization: string | undefined;
  body: unknown;
}

type Answer = (asked: Asked) => { status?: number; body: unknown } | undefined;

/** A server of the admin API that remembers what it was asked. */
async function api(answer: Answer): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await text(request);
    const one = {
      method: request.method ?? "",
      url: request.url ?? "",
      authorization: request.headers.authorization,
      body: sent === "" || sent.startsWith("--") ? sent || undefined : (JSON.parse(sent) as unknown),
    };
    asked.push(one);
    const { status = 200, body } = answer(one) ?? { status: 404, body: "not found" };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const PUSHED = {
  id: 5,
  name: "p",
  latest_version: { id: 9, hash: "abcdef0123456789", tag: "" },
  capabilities: { methods: ["processEvent"], scheduled_tasks: ["runEveryHour"], jobs: ["j"] },
  warnings: ["it only removes"],
};
const FILES = {
  "plugin.json": { name: "p" },
  "index.js": "import './lib/a'\nexport const processEvent = (e) => e",
  "lib/a.ts": "export const a: number = 1",
  "logo.png": new Uint8Array([0x89, 0x50, 0xff, 0xfe]),
  ".env": "SECRET=1",
  ".git/config": "x",
  "node_modules/x/index.js": "x",
};

test("installs the plugin's text files and makes it live in the team", async () => {
  const { url, asked } = await api(({ method, url: path }) => {
    if (method === "POST" && path === "/api/plugins") return { status: 201, body: PUSHED };
    if (method === "GET") return { body: { results: [{ id: 1, plugin_id: 4, enabled: true }], next: null } };
    return { status: 201, body: { id: 7, plugin_id: 5, enabled: true } };
  });
  const root = await folder(FILES);
  const { code, stdout, stderr } = await hoglet(["push", root, "--url", url, "--token", "T", "--team", "3"]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    "installed p (plugin 5) as abcdef012345\nit has processEvent, runEveryHour, jobs.j\nplugin config 7 of team 3 is live\n",
  );
  expect(stderr).toBe("logo.png is left out: it is not UTF-8 text\nwarning: it only removes\n");
  const { "logo.png": _logo, ".env": _env, ".git/config": _git, "node_modules/x/index.js": _x, ...files } = FILES;
  expect(asked).toEqual([
    {
      method: "POST",
      url: "/api/plugins",
      authorization: "Bearer T",
      body: { files: { ...files, "plugin.json": JSON.stringify(files["plugin.json"]) } },
    },
    { method: "GET", url: "/api/plugin_configs?team_id=3", authorization: "Bearer T", body: undefined },
    {
      method: "POST",
      url: "/api/plugin_configs",
      authorization: "Bearer T",
      body: { team_id: 3, plugin_id: 5, enabled: true, config: {} },
    },
  ]);
});

test("moves a config that there is to the new version, whatever page it is on", async () => {
  const { url, asked } = await api(({ method, url: path }) => {
    if (path === "/api/plugins")
      return { status: 201, body: { ...PUSHED, latest_version: { id: 9, hash: "h", tag: "1.2.0" } } };
    if (path === "/api/plugin_configs?team_id=1")
      return { body: { results: [], next: "/api/plugin_configs?team_id=1&after=1" } };
    if (method === "GET") return { body: { results: [{ id: 2, plugin_id: 5, enabled: false }], next: null } };
    return { body: { id: 2, plugin_id: 5, enabled: false } };
  });
  const root = await folder(FILES);
  const { stdout, code } = await hoglet(["push", root, "--url", url], { env: { ADMIN_TOKEN: "E" } });
  expect(code).toBe(0);
  expect(stdout).toContain("as 1.2.0\n");
  expect(stdout).toContain("plugin config 2 of team 1 has the new version but is disabled");
  expect(asked.at(-1)).toEqual({
    method: "PATCH",
    url: "/api/plugin_configs/2",
    authorization: "Bearer E",
    body: { plugin_version_id: 9 },
  });
});

test("sends an installed package as part of the entry", async () => {
  const { url, asked } = await api(({ method, url: path }) =>
    path === "/api/plugins"
      ? { status: 201, body: PUSHED }
      : { body: method === "GET" ? { results: [] } : { id: 7, plugin_id: 5, enabled: true } },
  );
  const root = await folder({
    "plugin.json": { name: "p", main: "index.ts" },
    "index.ts": "import pad from 'padder'\nexport const processEvent = (e) => ({ ...e, a: pad(e.event) })",
    "node_modules/padder/package.json": { name: "padder", main: "main.js" },
    "node_modules/padder/main.js": "module.exports = (text) => `<${text}>`",
  });
  expect((await hoglet(["push", root, "--url", url, "--token", "T"])).code).toBe(0);
  const [{ files }] = asked.map(({ body }) => body as { files: Record<string, string> }) as [
    { files: Record<string, string> },
  ];
  expect(Object.keys(files)).toEqual(["plugin.json", "index.ts"]);
  const pushed = await folder(files);
  const { stdout } = await hoglet(["run", pushed, "--event", "-", "--json"], { input: '{"event":"x"}' });
  expect(JSON.parse(stdout)).toMatchObject({ returns: [{ event: "x", a: "<x>" }] });
});

const refusal = (detail: string, attr: string | null) => ({ type: "validation_error", code: "invalid", detail, attr });
const SMALL = { "plugin.json": { name: "p" }, "index.js": "exports.onEvent = () => 1" };

test.each([
  ["in words", 400, refusal("no such team", "team_id"), "no such team\n"],
  [
    "with what to do about a wrong token",
    401,
    refusal("The token is not this Hoglet's ADMIN_TOKEN.", null),
    "The token is not this Hoglet's ADMIN_TOKEN.\nGive a token with --token TOKEN, as HOGLET_TOKEN or ADMIN_TOKEN, or once for all with hoglet login.\n",
  ],
  [
    "as it is when no Hoglet answers",
    502,
    "<h1>Bad Gateway</h1>",
    /^POST http.*: 502 Bad Gateway\n<h1>Bad Gateway<\/h1>\n$/,
  ],
])("prints what the server refuses, %s", async (_how, status, body, says) => {
  const { url } = await api(() => ({ status, body }));
  const { code, stderr } = await hoglet(["push", await folder(SMALL), "--url", url, "--token", "T"]);
  expect(code).toBe(1);
  if (typeof says === "string") expect(stderr).toBe(says);
  else expect(stderr).toMatch(says);
});

test("says what is done and what to do when the config's values are missing", async () => {
  const { url } = await api(({ method, url: path }) => {
    if (path === "/api/plugins") return { status: 201, body: { ...PUSHED, warnings: [] } };
    if (method === "GET") return { body: { results: [] } };
    return { status: 400, body: refusal("API key is required", "config__apiKey") };
  });
  const { code, stdout, stderr } = await hoglet(["push", await folder(SMALL), "--url", url, "--token", "T"]);
  expect(code).toBe(1);
  expect(stdout).toContain("installed p (plugin 5)");
  expect(stderr).toBe(
    'API key is required\nThe plugin is installed, but it is not live. Write its values into a file, such as {"apiKey":"..."}, and push again with --config FILE.\n',
  );
});

test("names all that has to be entered, values and files, and takes both", async () => {
  const { url, asked } = await api(({ method, url: path, body }) => {
    if (path === "/api/plugins") return { status: 201, body: PUSHED };
    if (method === "GET") return { body: { results: [] } };
    const isEntered = typeof body === "string" && body.includes('name="add_attachment[rules]"; filename="mine.json"');
    if (isEntered) return { status: 201, body: { id: 7, plugin_id: 5, enabled: true } };
    return { status: 400, body: refusal("Shop is required. Token is required. Rules is required", "config__shop") };
  });
  const field = { type: "string", required: true };
  const root = await folder({
    ...SMALL,
    "plugin.json": {
      name: "p",
      config: { shop: field, token: field, kind: { ...field, default: "x" }, rules: { ...field, type: "attachment" } },
    },
  });
  const args = ["push", root, "--url", url, "--token", "T"];
  expect((await hoglet(args)).stderr).toContain(
    'Write its values into a file, such as {"shop":"...","token":"..."}, and push again with --config FILE --attach rules=FILE.\n',
  );

  const given = await folder({ "values.json": { shop: "s", token: "t" }, "mine.json": [1] });
  const flags = ["--config", join(given, "values.json"), "--attach", `rules=${join(given, "mine.json")}`];
  const { code, stdout } = await hoglet([...args, ...flags]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("plugin config 7 of team 1 is live")]);
  const form = String(asked.at(-1)?.body);
  expect(form).toMatch(/name="config"\r\n\r\n\{"shop":"s","token":"t"\}\r\n/);
  expect(form).toMatch(/filename="mine.json"\r\nContent-Type: application\/json\r\n\r\n\[1\]\r\n/);
});

test("says that a config which cannot take the new version stays as it is", async () => {
  const { url } = await api(({ method, url: path }) => {
    if (path === "/api/plugins") return { status: 201, body: { ...PUSHED, warnings: [] } };
    if (method === "GET") return { body: { results: [{ id: 2, plugin_id: 5, enabled: true }] } };
    return { status: 503, body: refusal("The database is busy.", null) };
  });
  const { stderr } = await hoglet(["push", await folder(SMALL), "--url", url, "--token", "T"]);
  expect(stderr).toBe(
    "The database is busy.\nThe plugin is installed, but plugin config 2 stays at the version that it has. Push again once that is mended.\n",
  );
});

test.each([
  ["a new config", []],
  ["one that there is", [{ id: 7, plugin_id: 5, enabled: true }]],
])("--config gives the values of %s", async (_what, results) => {
  const { url, asked } = await api(({ method, url: path }) => {
    if (path === "/api/plugins") return { status: 201, body: PUSHED };
    return { body: method === "GET" ? { results } : { id: 7, plugin_id: 5, enabled: true } };
  });
  const root = await folder({ ...SMALL, "values.json": { apiKey: "k" } });
  const args = ["push", root, "--url", url, "--token", "T", "--config", join(root, "values.json")];
  expect((await hoglet(args)).code).toBe(0);
  expect(asked.at(-1)?.body).toMatchObject({ config: { apiKey: "k" } });
});

test("a config that is none is bad usage, before anything is installed", async () => {
  const { url, asked } = await api(() => undefined);
  const root = await folder({ ...SMALL, "list.json": [] });
  const args = ["push", root, "--url", url, "--token", "T", "--config", join(root, "list.json")];
  expect((await hoglet(args)).code).toBe(2);
  expect(asked).toEqual([]);
});

test("sends its token to no other server", async () => {
  const other = await api(() => ({ body: { results: [] } }));
  const { url } = await api(({ url: path }) =>
    path === "/api/plugins"
      ? { status: 201, body: PUSHED }
      : { body: { results: [], next: `${other.url}/api/plugin_configs` } },
  );
  const { code, stderr } = await hoglet(["push", await folder(SMALL), "--url", url, "--token", "T"]);
  expect(code).toBe(1);
  expect(stderr).toContain("refers to another server");
  expect(other.asked).toEqual([]);
});

test.each([
  [
    "a server that is not there",
    ["--url", "http://127.0.0.1:1", "--token", "T"],
    1,
    "cannot reach http://127.0.0.1:1: ",
  ],
  ["no token", [], 2, "HOGLET_TOKEN in the environment"],
  ["a team that is no number", ["--token", "T", "--team", "x"], 2, "--team x must be a team's number"],
  ["an address that is none", ["--token", "T", "--url", "localhost"], 2, "--url localhost must be an address"],
])("%s", async (_what, args, code, says) => {
  const root = await folder(SMALL);
  const ended = await hoglet(["push", root, ...args]);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(says);
});

test.each([
  ["a file", "index.js", "index.js is a file: name the plugin's folder"],
  ["a folder without plugin.json", "", 'has no plugin.json, which a server needs: write one, such as {"name":"'],
])("%s is bad usage, and nothing is sent", async (_what, path, says) => {
  const { url, asked } = await api(() => undefined);
  const root = await folder({ "index.js": "exports.onEvent = () => 1" });
  const { code, stderr } = await hoglet(["push", join(root, path), "--url", url, "--token", "T"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  expect(asked).toEqual([]);
});

test("a plugin that cannot be loaded is not sent", async () => {
  const { url, asked } = await api(() => undefined);
  const root = await folder({ "index.js": "export const (" });
  const { code, stderr } = await hoglet(["push", root, "--url", url, "--token", "T"]);
  expect(code).toBe(1);
  expect(stderr).toContain("> 1 | export const (");
  expect(asked).toEqual([]);
});
