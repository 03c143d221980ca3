import { createServer } from "node:http";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { main } from "../../cli/main.ts";
import { coloursFor } from "../../cli/print/colour.ts";
import { promptsOn } from "../../cli/prompts.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { folder, HOGLET, NODE } from "../cli/hoglet.ts";
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

const marker = (text: string, name = "Marker") => ({
  "plugin.json": JSON.stringify({ name }),
  "index.js": `exports.processEvent = (event) => ({ ...event, properties: { ...event.properties, mark: "${text}" } })`,
});

/** What is typed, key by key, once the terminal shows something. */
type Typed = [shown: RegExp, ...keys: string[]];

/** Runs a command line in this process, with somebody who types when it asks. */
async function hoglet(
  args: string[],
  typed: Typed[] = [],
): Promise<{ code: number; out: string; err: string; asked: string }> {
  let [out, err, asked, seen] = ["", "", "", ""];
  const isAttended = typed.length > 0;
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  output.on("data", (data: Buffer) => {
    const text = stripVTControlCharacters(data.toString());
    asked += text;
    seen += text;
    const [next] = typed;
    if (!next?.[0].test(seen)) return;
    typed.shift();
    seen = "";
    const [, ...keys] = next;
    const type = (): void => {
      const key = keys.shift();
      if (key === undefined) return;
      input.write(key);
      setTimeout(type, 20);
    };
    setTimeout(type, 20);
  });
  const terminal: Terminal = {
    stdin: new PassThrough(),
    env: { XDG_CONFIG_HOME: home },
    hoglet: () => "hoglet",
    colours: coloursFor(process.stdout, { NO_COLOR: "1" }),
    prompts: () => (isAttended ? promptsOn(input, output) : undefined),
    print: (...lines) => void (out += lines.map((line) => `${line}\n`).join("")),
    complain: (...lines) => void (err += lines.map((line) => `${line}\n`).join("")),
  };
  const code = await main(args, terminal, "0");
  return { code, out, err, asked };
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
  const down = "\u001b[B";
  const clear = "\u0015";
  const typed: Typed[] = [
    [/API key/, "bad", "\r"],
    [/mode/, down, "\r"],
    [/speed/, "12", "\r"],
    [/db: path/, "/nothing", "\r"],
    [/there is no file/, clear, join(root, "geo.mmdb"), "\r"],
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
  expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/plugin config \d+ of team 1 is live/) });
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

test("what a plugin may use is granted by name, and shown", async () => {
  const dir = await folder(marker("granted", "Granted"));
  await hoglet(["push", dir]);
  expect((await hoglet(["grant", "Granted", "cache", "fetch=api.example.com,*.example.org"])).out).toMatch(
    /cache +yes\nfetch +\["api.example.com","\*\.example\.org"\]/,
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
  expect((await hoglet(["metrics", "--interval", "minute"])).out).toMatch(
    /FUEL\.P50 .*DURATION_MS\.P50[^]*processEvent +\d/,
  );
  expect(await hoglet(["egress"])).toMatchObject({ code: 0, out: "none\n" });
  expect((await hoglet(["metrics", "--interval", "year"])).err).toContain("must be minute or hour");
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
