import { createServer } from "node:http";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { main } from "../../cli/main.ts";
import { coloursFor } from "../../cli/print/colour.ts";
import { promptsOn } from "../../cli/prompts.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { folder, HOGLET, hoglet as spawned, NODE } from "../cli/hoglet.ts";
import { CLEAR, DOWN, ENTER, SPACE, type Typed, typist } from "../cli/typist.ts";
import { START_TIMEOUT, startHoglet, type Hoglet } from "../support/hoglet.ts";
import { listen } from "../support/listen.ts";
import { newShelf, serve } from "../support/plugin-servers.ts";

vi.setConfig({ testTimeout: 60_000 });

const shelf = newShelf();
let servers: Awaited<ReturnType<typeof listen>>;
let server: Hoglet;
let home: string;

const PICKY = `export function setupPlugin({ config }) { if (config.key !== "good") throw new Error("Invalid API key") }
export const processEvent = (event, { config, attachments }) => ({ ...event, properties: { mode: config.mode, file: attachments.db?.contents.toString() } })`;
const FORM = [
  { markdown: "How to get a key" },
  { key: "key", name: "API key", type: "string", secret: true, required: true },
  { key: "mode", type: "choice", choices: ["fast", "slow"], default: "fast" },
  { key: "speed", type: "string", visible_if: [["mode", "slow"]] },
  { key: "db", type: "attachment" },
];

beforeAll(async () => {
  servers = await listen(
    createServer((request, response) => {
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      void serve(shelf, new Request(`${servers.url}${request.url ?? "/"}`, { headers })).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    }),
  );
  shelf.npm.set(
    "@team/marker",
    new Map([
      ["1.0.0", marker("1")],
      ["1.1.0", marker("2")],
    ]),
  );
  shelf.github.set("team/private", new Map([["main", marker("hub", "Hub")]]));
  const env = { NPM_REGISTRY_URL: servers.url, GITHUB_BASE_URL: servers.url, GITLAB_BASE_URL: servers.url };
  server = await startHoglet(env);
  home = await mkdtemp(join(tmpdir(), "hoglet-home-"));
}, START_TIMEOUT);

afterAll(async () => {
  await server.stop();
  await servers.close();
  await rm(home, { recursive: true });
});

const code = (text: string) => ({
  "index.js": `exports.processEvent = (event) => ({ ...event, properties: { ...event.properties, mark: "${text}" } })`,
});

const marker = (text: string, name = "Marker") => ({ "plugin.json": JSON.stringify({ name }), ...code(text) });

/** Runs a command line in this process, with somebody who types when it asks. */
async function hoglet(
  args: string[],
  typed: Typed[] = [],
): Promise<{ code: number; out: string; err: string; asked: string }> {
  let [out, err] = ["", ""];
  const { input, output, asked } = typist(typed);
  const terminal: Terminal = {
    stdin: new PassThrough(),
    env: { XDG_CONFIG_HOME: home },
    hoglet: () => "hoglet",
    colours: coloursFor(process.stdout, { NO_COLOR: "1" }),
    columns: undefined,
    prompts: () => (typed.length > 0 ? promptsOn(input, output) : undefined),
    print: (...lines) => void (out += lines.map((line) => `${line}\n`).join("")),
    complain: (...lines) => void (err += lines.map((line) => `${line}\n`).join("")),
  };
  const code = await main(args, terminal, "0");
  return { code, out, err, asked: asked() };
}

async function capture(event: string): Promise<Record<string, unknown>> {
  const uuid = crypto.randomUUID();
  const body = JSON.stringify({ api_key: "phc_demo", event, distinct_id: "me", uuid });
  expect((await fetch(`${server.url}/e/`, { method: "POST", body })).status).toBe(200);
  return vi.waitFor(
    async () => {
      const found = (await server.events()).find((each) => each.uuid === uuid);
      expect(found).toBeDefined();
      return found?.properties ?? {};
    },
    { timeout: 10_000, interval: 50 },
  );
}

test("login keeps the token for its owner alone, and everything after goes there", async () => {
  expect((await hoglet(["plugins"])).code).toBe(2);
  expect(await hoglet(["login", "--url", server.url, "--token", "wrong"])).toMatchObject({ code: 1 });
  const typed = await hoglet(["login", "--url", `${server.url}/`], [[/Token of/, server.adminToken, "\r"]]);
  expect(typed).toMatchObject({ code: 0, out: expect.stringContaining("as operator") });
  expect(typed.asked).not.toContain(server.adminToken);
  expect((await stat(join(home, "hoglet/logins.json"))).mode & 0o777).toBe(0o600);
  expect((await hoglet(["whoami"])).out).toContain(server.url);
  expect((await hoglet(["use", "999"])).code).toBe(1);
  expect(await hoglet(["plugins", "--limit", "few"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--limit must be a whole number"),
  });
  expect(await hoglet(["logout", "--url", "nowhere"])).toMatchObject({ code: 2 });
  expect((await hoglet(["use", "1"])).code).toBe(0);
});

test("a package of npm is installed, upgraded, compared and rolled back", async () => {
  const installed = await hoglet(["install", "@team/marker@1.0.0"]);
  expect(installed).toMatchObject({
    code: 0,
    out: expect.stringMatching(/installed Marker \(plugin \d+\) as 1\.0\.0/),
  });
  expect(installed.err).toMatch(/resolving\ndownloading 1 of 1 KiB\nunpacking\ncompiling\ninspecting\nsaved/);
  expect(await hoglet(["configure", "Marker", "--on-error", "hold"])).toMatchObject({ code: 0 });
  expect(await capture("one")).toMatchObject({ mark: "1" });
  expect((await hoglet(["outdated", "@team/marker"])).out).toMatch(/Marker +1\.0\.0 +1\.1\.0 +yes/);
  expect(await hoglet(["upgrade", "Marker", "--update-configs"])).toMatchObject({ code: 0 });
  expect(await capture("two")).toMatchObject({ mark: "2" });
  const versions = JSON.parse((await hoglet(["versions", "Marker", "--json"])).out) as { id: number }[];
  const [newest, oldest] = versions.map(({ id }) => String(id));
  expect((await hoglet(["compare", "Marker", String(oldest), String(newest)])).out).toMatch(
    /files +changed +index\.js/,
  );
  expect(await hoglet(["rollback", "Marker"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("is pinned there"),
  });
  expect(await capture("three")).toMatchObject({ mark: "1" });
  expect(await hoglet(["install", "@team/nothing"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("no such package"),
  });
  for (const path of ["./nothing", "nothing.tgz", "/nothing/plugin.ts", "nothing.zip"])
    expect(await hoglet(["install", path])).toMatchObject({
      code: 2,
      err: `hoglet install: there is no file ${path}\n`,
    });
});

test("a private repository is installed with a token", async () => {
  const source = "https://github.com/team/private";
  expect(await hoglet(["install", source])).toMatchObject({ code: 1, err: expect.stringContaining("private_token") });
  expect(await hoglet(["install", source, "--private-token", shelf.token])).toMatchObject({ code: 0 });
  expect((await hoglet(["plugins", "--json"])).out).not.toContain(shelf.token);
});

test("configure asks field by field, and again with the plugin's own words", async () => {
  const root = await folder({ "picky.js": PICKY, "geo.mmdb": "bytes of a file" });
  const plugin = await folder({ "plugin.json": { name: "Picky", config: FORM }, "index.js": PICKY });
  await hoglet(["push", plugin]);
  const typed: Typed[] = [
    [/API key/, "bad", "\r"],
    [/mode/, DOWN, ENTER],
    [/speed/, "12", "\r"],
    [/db: path/, "/nothing", "\r"],
    [/there is no file/, CLEAR, join(root, "geo.mmdb"), "\r"],
    // The plugin did not like it: all is asked again, with what was entered.
    [/API key/, "good", "\r"],
    [/mode/, "\r"],
    [/speed/, "\r"],
    [/db: path/, "\r"],
  ];
  const done = await hoglet(["configure", "Picky"], typed);
  expect(done.asked).toContain("API key (required)");
  expect(done.asked).toContain("there is no file /nothing");
  expect(done.err).toContain("Error: Invalid API key");
  expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/Picky is live as plugin config \d+ of team 1/) });
  expect(await capture("configured")).toMatchObject({ mode: "slow", file: "bytes of a file" });
  expect(await hoglet(["configure", "Picky", "--set", "key=bad"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("Invalid API key"),
  });
  const unset = await hoglet(["configure", "Picky", "--unset", "db", "--unset", "speed", "--on-error", "hold"]);
  expect(unset).toMatchObject({ code: 0 });
  expect((await capture("without"))["file"]).toBeUndefined();
  expect((await hoglet(["configs"])).out).toMatch(/Picky .*hold/);
  const shown = JSON.parse((await hoglet(["configs", "--json"])).out) as { config: object }[];
  expect(shown.every(({ config }) => !Object.hasOwn(config, "speed"))).toBe(true);
  // A file makes the request a form, in which a text is no JSON.
  const attach = ["--attach", `db=${join(root, "geo.mmdb")}`, "--on-error", "pass"];
  expect(await hoglet(["configure", "Picky", ...attach])).toMatchObject({ code: 0 });
  expect(await capture("with")).toMatchObject({ file: "bytes of a file" });
  expect(await hoglet(["disable", "Picky"])).toMatchObject({ code: 0 });
});

const GREEDY = `export async function setupPlugin({ config, cache }) {
  if (config.mode === "deep") await cache.set("a", 1);
}
export async function processEvent(event, { config, storage }) {
  if (event.event === "call") await fetch("https://api.example.com/x");
  if (event.event === "other") await fetch(config.url);
  if (event.event === "keep") await storage.set("a", 1);
  return event;
}`;
const WISHES = [
  { key: "mode", type: "choice", choices: ["plain", "deep"], default: "plain", required: true },
  { key: "url", type: "string", visible_if: [["mode", "deep"]], required: true },
  { key: "rules", type: "json", required_if: [["mode", "deep"]] },
];

test("configure asks what a plugin may use, and only for what was wrong again", async () => {
  const dir = await folder({ "plugin.json": { name: "Greedy", config: WISHES }, "index.js": GREEDY });
  await writeFile(join(home, "greedy.js"), GREEDY);
  await hoglet(["push", dir]);
  await hoglet(["disable", "Greedy"]);
  const grantsOf = async () => JSON.parse((await hoglet(["grant", "Greedy", "--json"])).out) as unknown;
  // All that was found is offered as chosen: the cache is taken away, and so is a host.
  const first = await hoglet(
    ["configure", "Greedy"],
    [
      [/mode/, ENTER],
      [/rules/, ENTER],
      [/What may it use/, SPACE, DOWN, SPACE, ENTER],
      [/Other hosts/, "https://no.example.com", ENTER],
      [/must be a lower-case host/, CLEAR, "*.example.org other.example.com:8443", ENTER],
    ],
  );
  expect(first).toMatchObject({ code: 0 });
  expect(first.asked).not.toContain("url");
  expect(first.asked).toContain("cache  (index.js:1)");
  expect(first.err).toContain("index.js:6 fetches from a host that is known only as it runs");
  expect(await grantsOf()).toEqual({ storage: true, fetch: ["*.example.org", "other.example.com:8443"] });

  // What an answer brings into view is asked for at once; what was granted before stands there.
  const second = await hoglet(
    ["configure", "Greedy"],
    [
      [/mode/, DOWN, ENTER],
      [/url \(required\)/, ENTER],
      [/it is required/, "https://there.example.com", ENTER],
      [/rules \(required\)/, "{", ENTER],
      [/it must be JSON/, CLEAR, "{}", ENTER],
      [/What may it use/, ENTER],
      [/Other hosts/, ENTER],
      // Its setup uses the cache, which it was not granted: all is asked again.
      [/mode/, ENTER],
      [/url/, ENTER],
      [/rules/, ENTER],
      [/What may it use/, SPACE, ENTER],
      [/Other hosts/, CLEAR, "*", ENTER],
    ],
  );
  expect(second.err).toContain("cache");
  expect(second).toMatchObject({ code: 0 });
  expect(await grantsOf()).toEqual({ cache: true, storage: true, fetch: ["*"] });
  await hoglet(["uninstall", "Greedy"]);
});

test("a refused save tells all that is wrong with it, each on a line, and that alone is asked for again", async () => {
  const inject = { host: "api.example.com", header: "Authorization" };
  const config = {
    mode: { type: "choice", choices: ["a", "b"] },
    rules: { type: "json" },
    key: { type: "string", required: true, secret: true, inject },
    other: { type: "string", required: true, secret: true, inject },
  };
  const dir = await folder({ "plugin.json": { name: "Strict", config, capabilities: {} }, ...code("strict") });
  expect(await hoglet(["push", dir])).toMatchObject({ code: 1 });
  const wrong = await hoglet(["configure", "Strict", "--set", "mode=c", "--set", "rules={", "--set", "other=secret"]);
  expect(wrong).toMatchObject({
    code: 1,
    err: "mode must be one of a, b. (--set mode=VALUE)\nrules must be valid JSON. (--set rules=VALUE)\nkey is required. (--set key=VALUE)\n",
  });
  // With nobody to ask, what is missing is said in the same way.
  expect(await hoglet(["configure", "Strict"])).toMatchObject({
    code: 1,
    err: "key is required. (--set key=VALUE)\nother is required. (--set other=VALUE)\n",
  });
  const asked = await hoglet(
    ["configure", "Strict"],
    [
      [/mode/, ENTER],
      [/rules/, ENTER],
      [/key/, "abc", ENTER],
      [/other/, "def", ENTER],
      [/key/, "a secret", ENTER],
      [/other/, "another secret", ENTER],
    ],
  );
  expect(asked.err).toMatch(
    /^Strict, for team 1.*\nkey must be at least 6 printable.*\nother must be at least 6 printable.*\n$/,
  );
  expect(asked).toMatchObject({ code: 0 });
  await hoglet(["uninstall", "Strict"]);
});

test("what a plugin may use is granted by name, and shown", async () => {
  const dir = await folder(marker("granted", "Granted"));
  await hoglet(["push", dir]);
  expect((await hoglet(["grant", "Granted", "cache", "fetch=api.example.com,*.example.org"])).out).toMatch(
    /cache +yes\nfetch +api\.example\.com, \*\.example\.org\n/,
  );
  expect(JSON.parse((await hoglet(["grant", "Granted", "--json"])).out)).toEqual({
    cache: true,
    fetch: ["api.example.com", "*.example.org"],
  });
  expect(await hoglet(["grant", "Granted", "--none"])).toMatchObject({ code: 0, out: "none\n" });
  expect((await hoglet(["grant", "Granted", "--declared"])).out).toContain("what its plugin.json declares");
  expect(await hoglet(["grant", "Granted", "teleport"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("teleport is no capability"),
  });
  await hoglet(["uninstall", "Granted"]);
});

test("a project key is added and revoked", async () => {
  const { id, key } = JSON.parse((await hoglet(["add-key", "web", "--json"])).out) as { id: number; key: string };
  expect((await hoglet(["keys"])).out).toContain(key);
  expect((await hoglet(["revoke-key", String(id)])).out).toBe(`${key} is revoked\n`);
  expect(await hoglet(["revoke-key", "first"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("the key must be a whole number"),
  });
});

test("what a plugin says does not steer the terminal", async () => {
  const said = "\\u001b]52;c;cm0=\\u0007\\u009b2Jhere\\u202e";
  const code = `export function setupPlugin({ config }) { if (config.bad) throw new Error("${said}") }
    export const processEvent = (event) => { console.log("${said}"); return event }`;
  await writeFile(join(home, "loud.js"), code);
  await hoglet(["install", join(home, "loud.js"), "--name", "Loud"]);
  await hoglet(["configure", "Loud", "--on-error", "pass"]);
  await writeFile(join(home, "event.json"), '{"event": "tried"}');
  const tried = await hoglet(["dry-run", "Loud", "--event", join(home, "event.json")]);
  expect(tried.out).toContain("here");
  // oxlint-disable-next-line no-control-regex -- it is these that must not be there
  expect(tried.out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  await hoglet(["uninstall", "Loud"]);
});

test("what happened is shown: ledger, logs, outcomes, dry runs, audit", async () => {
  await writeFile(
    join(home, "talk.js"),
    "export function processEvent(e) { console.log('saw', e.event); if (e.event === 'odd') throw new Error('odd one'); return e.event === 'bad' ? null : { ...e, seen: 1 } }",
  );
  await hoglet(["install", join(home, "talk.js"), "--name", "Talk"]);
  await hoglet(["configure", "Talk", "--on-error", "pass"]);
  await capture("good");
  await fetch(`${server.url}/e/`, {
    method: "POST",
    body: JSON.stringify({ api_key: "phc_demo", event: "bad", distinct_id: "x" }),
  });
  await vi.waitFor(
    async () => expect((await hoglet(["outcomes", "--kind", "dropped"])).out).toMatch(/Talk +processEvent +dropped/),
    10_000,
  );
  expect((await hoglet(["logs", "Talk"])).out).toContain("saw bad");
  await capture("odd");
  await vi.waitFor(
    async () => expect((await hoglet(["errors"])).out).toMatch(/Talk .*processEvent +threw +.*odd one +1 /),
    10_000,
  );
  const [odd] = JSON.parse((await hoglet(["errors", "--json"])).out) as { id: string }[];
  const shown = (await hoglet(["errors", odd?.id ?? ""])).out;
  expect(shown).toContain("Talk: processEvent threw: Error: odd one");
  expect(shown).toMatch(/> 1 \| export function processEvent[^]*at processEvent \(index\.ts:1:\d+\)[^]*"event": "odd"/);
  expect(await hoglet(["egress"])).toMatchObject({ code: 0, out: "none\n" });
  expect((await hoglet(["metrics", "--interval", "minute"])).out).toMatch(/FUEL\.P50 .*MS\.P99[^]*processEvent +\d/);
  expect((await hoglet(["metrics", "--interval", "year"])).err).toContain("must be minute or hour");
  expect((await hoglet(["usage"])).out).toMatch(
    /NAME +USED +LIMIT +PERCENT +RESETS_AT\nfuel_per_day +[1-9]\d* +10{12} +0 +\d{4}-/,
  );
  expect((await hoglet(["quota", "log_lines_per_day", "1"])).out).toContain("the quota log_lines_per_day is 1");
  expect((await hoglet(["usage"])).out).toMatch(/\n\d+ % of the quota log_lines_per_day are used, \d+ of 1: further/);
  expect(JSON.parse((await hoglet(["usage", "--json"])).out)).toMatchObject({ warnings: [expect.any(String)] });
  expect((await hoglet(["quota", "log_lines_per_day", "default"])).out).toContain("at its default");
  expect(await hoglet(["quota", "nothing", "1"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("only fuel_per_day,"),
  });
  expect((await hoglet(["ledger"])).out).toMatch(/CLOSES\n.*yes/);
  await writeFile(join(home, "event.json"), '{"event": "tried"}');
  const tried = await hoglet(["dry-run", "Talk", "--event", join(home, "event.json")]);
  expect(tried.out).toContain("+ seen  1");
  expect(tried.out).toContain("saw tried");
  expect((await hoglet(["audit"])).out).toMatch(/operator +- +plugin_configs/);
  const killed = await hoglet(["kill", "team", "1", "--reason", "a test"]);
  expect(killed.out).toMatch(/hoglet unkill \d+ lets it run again/);
  expect((await hoglet(["kills"])).out).toContain("a test");
  expect((await hoglet(["unkill", /unkill (\d+)/.exec(killed.out)?.[1] ?? ""])).code).toBe(0);
  await hoglet(["disable", "Talk"]);
});

test("a scheduled task is shown, run now and waited for", async () => {
  const source = `export function runEveryHour() { console.log("worked") }
    export function runEveryDay() { throw new Error("no luck") }`;
  await hoglet(["push", await folder({ "plugin.json": { name: "Timed" }, "index.js": source })]);
  expect((await hoglet(["run-task", "Timed", "runEveryHour", "--wait"])).out).toMatch(
    /^run \d+ of runEveryHour is finished\n$/,
  );
  expect(await hoglet(["run-task", "Timed", "runEveryDay", "--wait"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("Error: no luck"),
  });
  expect(await hoglet(["run-task", "Timed", "runEveryMinute"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("has no scheduled task runEveryMinute"),
  });
  expect((await hoglet(["tasks", "Timed"])).out).toMatch(/runEveryHour .*finished/);
  const { out } = await hoglet(["task-runs", "Timed", "--task", "runEveryDay"]);
  expect(out).toMatch(/^ID +TASK +TRIGGER +STATE +OUTCOME +ATTEMPTS .*MISSED +SKIPPED /);
  expect(out).toMatch(/runEveryDay +manual +finished +threw +1 .*no luck/);
  expect(out).not.toContain("runEveryHour");
  await hoglet(["uninstall", "Timed"]);
});

test("jobs are started by hand, looked at and cancelled", async () => {
  const manifest = { name: "Worker", publicJobs: { greet: { payload: { who: { type: "string", required: true } } } } };
  const code = `exports.jobs = { greet: ({ who }) => console.log("hello " + who), later: () => {} };
    exports.setupPlugin = ({ jobs }) => jobs.later({ n: 1 }).runIn(1, "day");`;
  shelf.npm.set("@team/worker", new Map([["1.0.0", { "plugin.json": JSON.stringify(manifest), "index.js": code }]]));
  await hoglet(["install", "@team/worker"]);
  await hoglet(["configure", "Worker", "--on-error", "pass"]);
  expect(await hoglet(["run-job", "Worker", "greet"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("job__payload__who is required."),
  });
  await hoglet(["run-job", "Worker", "greet", "--payload", "who=ada"]);
  await hoglet(["run-job", "Worker", "greet", "--payload", "who=1e400"]);
  await writeFile(join(home, "payload.json"), '{"who": "eve"}');
  expect((await hoglet(["run-job", "Worker", "greet", "--payload", join(home, "payload.json")])).out).toMatch(
    /^job \d+ was started/,
  );
  await vi.waitFor(async () => {
    const { out } = await hoglet(["logs", "Worker"]);
    expect(out).toContain("hello ada");
    expect(out).toContain("hello 1e400");
    expect(out).toContain("hello eve");
  }, 10_000);
  const piped = await spawned(["run-job", "Worker", "greet", "--payload", "-"], {
    env: { XDG_CONFIG_HOME: home },
    input: '{"who": "bob"}',
  });
  expect(piped).toMatchObject({ code: 0, stdout: expect.stringMatching(/^job \d+ was started/) });
  expect((await hoglet(["run-job", "Worker", "greet", "--payload", "who=a", "--payload", "x"])).err).toContain(
    "--payload x must be KEY=VALUE",
  );
  const shown = await hoglet(["jobs", "Worker"]);
  expect(shown.out).toMatch(/^ID +SHARD +NAME .*\n\d+ +0 +later .*{"n":1}\n$/);
  const id = /\n(\d+)/.exec(shown.out)?.[1] ?? "";
  expect((await hoglet(["cancel-job", "Worker", id])).out).toContain(`job ${id} is gone`);
  expect((await hoglet(["jobs", "Worker"])).out).toBe("none\n");
  expect((await hoglet(["run-again", "Worker", "1"])).err).toContain("no job among its dead letters with number 1");
  await hoglet(["disable", "Worker"]);
});

test("an upgrade shows what it changes, and moves configs when that is wanted", async () => {
  const source = (more: string) => ({
    "plugin.json": JSON.stringify({ name: "Stepper" }),
    "index.js": `exports.processEvent = (event) => ({ ...event, properties: { ...event.properties, ${more} } })`,
  });
  const versions = new Map([["1.0.0", source('step: "one"')]]);
  shelf.npm.set("stepper", versions);
  await hoglet(["install", "stepper"]);
  await hoglet(["configure", "Stepper", "--on-error", "pass"]);
  expect(await capture("stepped")).toMatchObject({ step: "one" });
  versions.set("2.0.0", source('step: "two"'));
  const left = await hoglet(["upgrade", "Stepper"]);
  expect(left.out).toContain("installed Stepper");
  expect(left.out).toMatch(/1\.0\.0 \(version \d+\) -> 2\.0\.0/);
  expect(left.out).toMatch(/output +~ properties\.step in \d+ events?, such as .*: "one" -> "two"/);
  expect(left.out).toMatch(/fuel +p95 \d+ -> \d+ \(x [\d.]+\)/);
  expect(left.out).toContain("moved: none");
  expect(await capture("stays")).toMatchObject({ step: "one" });
  const [shown, named] = [
    await hoglet(["preview", "Stepper"]),
    await hoglet(["preview", "Stepper", "--version", "2.0.0"]),
  ];
  expect(shown.out).toContain("~ index.js");
  expect(named.out).toContain("-> 2.0.0");
  expect(await hoglet(["preview", "Stepper", "--version", "9.9.9"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("has no version 9.9.9"),
  });
  expect((await hoglet(["upgrade", "Stepper"], [[/Move 1 config\?/, "n"]])).out).toContain("moved: none");
  const asked = await hoglet(["upgrade", "Stepper"], [[/Move 1 config\?/, "y"]]);
  expect(asked.out).toMatch(/moved: \d+/);
  expect(await capture("moved")).toMatchObject({ step: "two" });
  versions.set("3.0.0", source('step: "three"'));
  const script = JSON.parse((await hoglet(["upgrade", "Stepper", "--yes", "--json"])).out) as {
    previews: object[];
    moved: number[];
  };
  expect(script).toMatchObject({ moved: [expect.any(Number)], previews: [{ to: { tag: "3.0.0" } }] });
  expect(await capture("moved again")).toMatchObject({ step: "three" });
  expect((await hoglet(["upgrade", "Stepper", "--yes"])).out).toContain("no config of the team is to be moved");
  // A form that the values do not fit keeps the config where it is.
  versions.set("4.0.0", {
    ...source('step: "four"'),
    "plugin.json": JSON.stringify({ name: "Stepper", config: [{ key: "where", type: "string", required: true }] }),
  });
  const refused = await hoglet(["upgrade", "Stepper", "--yes"]);
  expect(refused.out).toContain("does not fit: where is required");
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("stays at its version") });
  await hoglet(["uninstall", "Stepper"]);
});

test("a dry run takes events, functions, jobs, answers and files", async () => {
  await writeFile(
    join(home, "many.js"),
    `export async function processEvent(e) { const r = await fetch("https://api.test/"); return { ...e, said: await r.text() } }
     export const composeWebhook = (e) => ({ url: "https://hook.test/" + e.event, body: "{}" });
     export const exportEvents = (all) => all.length;
     export const jobs = { double: ({ n }) => 2 * n };`,
  );
  await hoglet(["install", join(home, "many.js"), "--name", "Many"]);
  await hoglet(["configure", "Many", "--on-error", "pass"]);
  await writeFile(join(home, "events.json"), '{"event": "one"}\n{"event": "two"}');
  await writeFile(join(home, "mocks.json"), '{"mockFetch": [{"url": "https://api.test/", "text": "mocked"}]}');
  const events = ["--events", join(home, "events.json")];
  const mocked = await hoglet(["dry-run", "Many", ...events, "--mock", join(home, "mocks.json")]);
  expect(mocked.out.match(/\+ said {2}"mocked"/g)).toHaveLength(2);
  const off = await hoglet(["dry-run", "Many", ...events, "--offline"]);
  expect(off.out).toContain("this dry run has no network");
  const composed = await hoglet(["dry-run", "Many", ...events, "--function", "composeWebhook"]);
  expect(composed.out).toContain("webhook  POST https://hook.test/two\n  Content-Type: application/json\n  {}");
  expect((await hoglet(["dry-run", "Many", ...events, "--function", "exportEvents"])).out).toContain("returned  2");
  const job = await hoglet(["dry-run", "Many", "--job", "double", "--payload", '{"n": 21}']);
  expect(job.out).toContain("jobs.double: ok\nreturned  42");
  expect((await hoglet(["dry-run", "Many", "--payload", "{}"])).code).toBe(2);
  expect(await hoglet(["dry-run", "Many", "--function", "onEvent"])).toMatchObject({
    code: 1,
    err: "Many has no function onEvent.\n",
  });
  await hoglet(["uninstall", "Many"]);
});

test("a token of a team sees its team alone", async () => {
  const made = await hoglet(["add-team", "Other", "--json"]);
  const { id } = JSON.parse(made.out) as { id: number };
  const token = (await hoglet(["add-token", "CI", "--team", String(id)])).out.trim();
  expect((await hoglet(["teams", "--token", token])).out).not.toContain("Demo");
  expect(await hoglet(["configs", "--token", token, "--team", "1"])).toMatchObject({
    code: 1,
    err: "There is no team 1.\n",
  });
  expect(await hoglet(["uninstall", "Talk", "--token", token])).toMatchObject({ code: 1 });
});

test("a team is taken away as an archive, and erased by its name alone", async () => {
  const made = JSON.parse((await hoglet(["add-team", "Gone soon", "--json"])).out) as { id: number };
  const team = ["--team", String(made.id)];
  const file = join(home, "team.tar");
  expect(await hoglet(["export", file, ...team])).toMatchObject({ code: 0 });
  expect((await readFile(file)).toString("latin1")).toContain("Gone soon");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await hoglet(["erase", ...team, "--name", "Other"])).toMatchObject({ code: 2 });
  expect(await hoglet(["erase", ...team], [[/Type its name/, "Gone soon", "\r"]])).toMatchObject({ code: 0 });
  expect((await hoglet(["teams"])).out).not.toContain("Gone soon");
});

test("dev has the server run what is saved, and leaves the team as it was", async () => {
  const dir = await folder(marker("dev 1"));
  const child = spawn(NODE, [HOGLET, "dev", dir], { env: { ...process.env, XDG_CONFIG_HOME: home } });
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (out += data.toString()));
  try {
    await vi.waitFor(() => expect(out).toContain("Marker is live"), 20_000);
    expect(await capture("dev")).toMatchObject({ mark: "dev 1" });
    const code = await readFile(join(dir, "index.js"), "utf8");
    await writeFile(join(dir, "index.js"), "exports.processEvent = (event) => {");
    await vi.waitFor(() => expect(out).toContain("index.js"), 20_000);
    expect(await capture("still")).toMatchObject({ mark: "dev 1" });
    await writeFile(join(dir, "index.js"), code.replace("dev 1", "dev 2"));
    await vi.waitFor(async () => expect(await capture("again")).toMatchObject({ mark: "dev 2" }), 20_000);
    await appendFile(join(dir, "index.js"), "\nconsole.log('loaded anew')");
    // A sandbox is made for the next event.
    await vi.waitFor(async () => {
      await capture("next");
      expect(out).toContain("loaded anew");
    }, 20_000);
  } finally {
    child.kill("SIGINT");
    await once(child, "close");
  }
  expect(out).toContain("is as it was before");
  expect(await capture("after")).toMatchObject({ mark: "1" });
});
