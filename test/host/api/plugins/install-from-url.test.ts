import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Env } from "../../../../host/env.ts";
import type { JsonObject } from "../../../../host/event.ts";
import { sweepVersions } from "../../../../host/plugins/sweep-versions.ts";
import { hashOfKey, VERSIONS } from "../../../../host/plugins/versions.ts";
import { newShelf, serve, shaOf, type Shelf } from "../../../support/plugin-servers.ts";
import { migratedRegistry, newTeam } from "../../store/registry.ts";
import { call, env, tokenOf } from "../client.ts";

await migratedRegistry();

const SERVERS = "https://plugins.test";
const servers = { NPM_REGISTRY_URL: SERVERS, GITHUB_BASE_URL: `${SERVERS}/`, GITLAB_BASE_URL: SERVERS };
const plugin = (name: string, body = "event") => ({
  "plugin.json": JSON.stringify({ name }),
  "index.ts": `export const processEvent = (event: { v?: string }) => ${body};`,
});

const HANDLER = "exports.processEvent = (event) => event";

let shelf: Shelf;
let organizationId: number;
let sent: Request[];

beforeEach(async () => {
  shelf = newShelf();
  sent = [];
  ({ organizationId } = await newTeam(await migratedRegistry()));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit);
    sent.push(request);
    return serve(shelf, request);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const install = (url: string, more: object = {}) =>
  call("POST", "/api/plugins", { url, organization_id: organizationId, ...more }, { env: servers });

describe("npm", () => {
  beforeEach(() => {
    shelf.npm.set(
      "@team/plugin",
      new Map([
        ["1.0.0", plugin("P", "({ ...event, v: '1' })")],
        ["1.1.0", plugin("P", "({ ...event, v: '2' })")],
      ]),
    );
  });

  test("gives the newest version, or the one that is named", async () => {
    const { status, json } = await install("@team/plugin");
    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: "P",
      plugin_type: "custom",
      url: "https://www.npmjs.com/package/@team/plugin",
      latest_version: { tag: "1.1.0" },
      update_available: false,
      organization_id: organizationId,
    });
    const other = await newTeam(await migratedRegistry());
    const pinned = await install("https://www.npmjs.com/package/@team/plugin/v/1.0.0", {
      organization_id: other.organizationId,
    });
    expect(pinned.json).toMatchObject({ latest_version: { tag: "1.0.0" } });
    const ranged = await install("@team/plugin@~1.0", { plugin_id: pinned.json["id"] });
    expect(ranged.json).toMatchObject({ id: pinned.json["id"], latest_version: { tag: "1.0.0" } });
  });

  test("is checked for what the registry says that it is", async () => {
    const before = (await env.BLOBS.list()).objects.length;
    shelf.tamper = async (path, answer) => {
      if (!path.endsWith(".tgz")) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
      return new Response(bytes);
    };
    const { status, json } = await install("@team/plugin");
    expect({ status, code: json["code"], attr: json["attr"] }).toEqual({
      status: 400,
      code: "download_failed",
      attr: "url",
    });
    expect(json["detail"]).toContain("@team/plugin 1.1.0 is not what the registry says: its sha512 differs");
    await nothingIsLeft(before);
  });

  test("is told apart where nothing is", async () => {
    expect((await install("@team/nothing")).json["detail"]).toContain("There is no such package, or it is private");
    expect((await install("@team/plugin@7")).json["detail"]).toContain("has no version 7. Its newest are 1.1.0, 1.0.0");
    expect((await install("http://localhost:8080/a/b")).json["detail"]).toContain("Must be a GitHub/GitLab repository");
  });

  test("is installed once; the next versions are upgrades", async () => {
    shelf.npm.get("@team/plugin")?.delete("1.1.0");
    const { json } = await install("@team/plugin");
    expect((await install("npm:@team/plugin")).json["detail"]).toContain("already installed!");
    shelf.npm.get("@team/plugin")?.set("2.0.0", plugin("P", "({ ...event, v: '3' })"));
    const path = `/api/plugins/${String(json["id"])}`;
    const seen = await call("POST", `${path}/check_for_update`, undefined, { env: servers });
    expect(seen.json).toMatchObject({ latest_version: { tag: "1.0.0" }, latest_tag: "2.0.0", update_available: true });
    expect((await call("GET", path)).json).toMatchObject({
      update_available: true,
      latest_tag_checked_at: expect.any(String),
    });
    const upgraded = await call("POST", `${path}/upgrade`, {}, { env: servers });
    expect(upgraded.json).toMatchObject({ latest_version: { tag: "2.0.0" }, update_available: false });
    const back = await call("POST", `${path}/upgrade`, { tag: "1.0.0" }, { env: servers });
    expect(back.json["latest_version"]).toEqual(json["latest_version"]);
  });
});

describe.each(["github", "gitlab"] as const)("%s", (kind) => {
  const host = `https://${kind}.com`;
  const tree = kind === "github" ? "tree" : "-/tree";
  beforeEach(() => {
    const files = {
      ...plugin("Root"),
      "packages/a/plugin.json": '{"name": "A"}',
      "packages/a/index.js": HANDLER,
    };
    shelf[kind].set(
      "team/repo",
      new Map([
        ["main", files],
        ["dev", plugin("Dev")],
      ]),
    );
    shelf[kind].set("team/private", new Map([["main", plugin("Private")]]));
  });

  test("gives the newest commit of the default branch, or of a branch", async () => {
    const { status, json } = await install(`${host}/team/repo`);
    expect(status).toBe(201);
    const commit = shaOf("main", shelf[kind].get("team/repo")?.get("main"));
    expect(json).toMatchObject({ name: "Root", url: `${host}/team/repo`, latest_version: { tag: commit } });
    expect((await install(`${host}/team/repo/${tree}/dev`)).json).toMatchObject({
      name: "Dev",
      url: `${host}/team/repo/${tree}/dev`,
    });
    expect((await install(`${host}/team/repo/${tree}/main/packages/a`)).json).toMatchObject({ name: "A" });
    expect((await install(`${host}/team/repo/${tree}/gone`)).json["detail"]).toContain(
      "Could not get latest commit for",
    );
    expect((await install(`${host}/team/repo/${tree}/main/packages/b`)).json["detail"]).toContain(
      "nothing in the folder packages/b",
    );
  });

  test("finds a branch with slashes in its name", async () => {
    shelf[kind]
      .get("team/repo")
      ?.set("feature/x", { ...plugin("X"), "a/plugin.json": '{"name": "XA"}', "a/index.js": HANDLER });
    expect((await install(`${host}/team/repo/${tree}/feature/x`)).json).toMatchObject({
      name: "X",
      url: `${host}/team/repo/${tree}/feature%2Fx`,
    });
    const inFolder = await install(`${host}/team/repo/${tree}/feature/x/a`);
    expect(inFolder.json).toMatchObject({ name: "XA", url: `${host}/team/repo/${tree}/feature%2Fx/a` });
    const upgraded = await call("POST", `/api/plugins/${String(inFolder.json["id"])}/upgrade`, {}, { env: servers });
    expect(upgraded.json["latest_version"]).toEqual(inFolder.json["latest_version"]);
  });

  test("follows releases where it was installed from them", async () => {
    const releases = kind === "github" ? "releases" : "-/releases";
    expect((await install(`${host}/team/repo/${releases}`)).json["detail"]).toContain("has no release");
    shelf[kind].get("team/repo")?.set("v1.0.0", plugin("Released"));
    const { json } = await install(`${host}/team/repo/${releases}`);
    expect(json).toMatchObject({ name: "Released", latest_version: { tag: "v1.0.0" } });
    shelf[kind].get("team/repo")?.set("v1.1.0", plugin("Released", "({ ...event, v: '2' })"));
    const path = `/api/plugins/${String(json["id"])}`;
    const seen = await call("POST", `${path}/check_for_update`, undefined, { env: servers });
    expect(seen.json).toMatchObject({ latest_tag: "v1.1.0", update_available: true });
  });

  test("is upgraded to a tag, and goes on to follow what it came from", async () => {
    const { json } = await install(`${host}/team/repo/${tree}/main/packages/a`);
    const path = `/api/plugins/${String(json["id"])}`;
    shelf[kind]
      .get("team/repo")
      ?.set("v0.1.0", { "packages/a/plugin.json": '{"name": "A0"}', "packages/a/index.js": HANDLER });
    const other = await call("POST", `${path}/upgrade`, { tag: "v0.1.0" }, { env: servers });
    expect(other.json).toMatchObject({ name: "A0", url: json["url"], latest_version: { tag: "v0.1.0" } });
    const seen = await call("POST", `${path}/check_for_update`, undefined, { env: servers });
    expect(seen.json).toMatchObject({
      latest_tag: (json["latest_version"] as JsonObject)["tag"],
      update_available: true,
    });
    const gone = await call("POST", `${path}/upgrade`, { tag: "v9" }, { env: servers });
    expect(gone.json["detail"]).toContain("team/repo has no v9");
  });

  test("is not sent again what has not changed", async () => {
    const { json } = await install(`${host}/team/repo`);
    const check = () =>
      call("POST", `/api/plugins/${String(json["id"])}/check_for_update`, undefined, { env: servers });
    const statuses: number[] = [];
    shelf.tamper = (_path, answer) => {
      statuses.push(answer.status);
      return answer;
    };
    const first = await check();
    const second = await check();
    expect(second.json).toMatchObject({ latest_tag: first.json["latest_tag"], update_available: false });
    shelf[kind].get("team/repo")?.set("main", plugin("Root", "({ ...event, v: 'new' })"));
    expect((await check()).json).toMatchObject({ update_available: true });
    expect(statuses).toEqual([200, 304, 200]);
  });

  test("has nothing to say of updates once it comes from elsewhere", async () => {
    const { json } = await install(`${host}/team/repo`);
    const path = `/api/plugins/${String(json["id"])}`;
    await call("POST", `${path}/check_for_update`, undefined, { env: servers });
    const moved = await install(`${host}/team/repo/${tree}/dev`, { plugin_id: json["id"] });
    expect(moved.json).toMatchObject({ id: json["id"], latest_tag: null, latest_tag_checked_at: null });
  });

  test("opens what is private with a token, which nobody sees again", async () => {
    expect((await install(`${host}/team/private`)).json["detail"]).toContain("or it is private: give a private_token");
    const { status, json } = await install(`${host}/team/private?private_token=${shelf.token}`);
    expect(status).toBe(201);
    const { results } = await env.REGISTRY.prepare("select private_token from plugin where id = ?")
      .bind(json["id"])
      .all();
    expect(results).toMatchObject([{ private_token: expect.stringMatching(/^v1\./) }]);
    const everything = await Promise.all(
      ["plugin", "plugin_version", "audit_log"].map(
        async (table) => (await env.REGISTRY.prepare(`select * from ${table}`).all()).results,
      ),
    );
    expect(JSON.stringify([json, everything, await call("GET", "/api/plugins")])).not.toContain(shelf.token);
    // The stored token serves later, without being sent again.
    shelf[kind].get("team/private")?.set("main", plugin("Private", "({ ...event, v: 'new' })"));
    const upgraded = await call("POST", `/api/plugins/${String(json["id"])}/upgrade`, {}, { env: servers });
    expect(upgraded.status).toBe(200);
    expect(upgraded.json["latest_version"]).not.toEqual(json["latest_version"]);
  });

  test("sends a token to no other host", async () => {
    shelf.tamper = (path, answer) =>
      path.includes("archive")
        ? new Response(null, { status: 302, headers: { Location: "https://elsewhere.test/file.zip" } })
        : answer;
    await install(`${host}/team/private`, { private_token: shelf.token });
    const elsewhere = sent.filter(({ url }) => url.startsWith("https://elsewhere.test/"));
    expect(elsewhere).toHaveLength(1);
    expect(elsewhere[0]?.headers.get("Authorization")).toBeNull();
  });
});

describe("a server that misbehaves", () => {
  beforeEach(() => {
    shelf.github.set("team/repo", new Map([["main", plugin("P")]]));
  });
  const broken: [string, (path: string) => Response | undefined, string][] = [
    [
      "is too large by its own word",
      (path) => (path.endsWith(".zip") ? new Response("x", { headers: { "Content-Length": "99999999" } }) : undefined),
      "larger than",
    ],
    ["never ends", (path) => (path.endsWith(".zip") ? new Response(endless()) : undefined), "larger than"],
    ["is no archive", (path) => (path.endsWith(".zip") ? new Response("<html>") : undefined), "Could not read archive"],
    ["is down", () => new Response("oops", { status: 502 }), "answered with 502"],
    [
      "asks to wait",
      () =>
        new Response("", { status: 403, headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000000" } }),
      "until 2027-01-15T08:00:00.000Z",
    ],
    [
      "redirects to and fro",
      () => new Response(null, { status: 302, headers: { Location: "/again" } }),
      "more than 5 times",
    ],
    [
      "redirects to an unencrypted address",
      () => new Response(null, { status: 302, headers: { Location: "http://127.0.0.1/" } }),
      "is not followed",
    ],
    ["answers with HTML", (path) => (path.endsWith("commits") ? new Response("<html>") : undefined), "no JSON"],
  ];
  test.each(broken)("%s: nothing is installed", async (_, tamper, message) => {
    const before = (await env.BLOBS.list()).objects.length;
    shelf.tamper = (path, answer) => tamper(path) ?? answer;
    const { status, json } = await install("https://github.com/team/repo");
    expect(status).toBe(400);
    expect(json["detail"]).toContain(message);
    await nothingIsLeft(before);
  });

  test("has a plugin that is wrong", async () => {
    const before = (await env.BLOBS.list()).objects.length;
    shelf.github.set(
      "team/repo",
      new Map([["main", { "plugin.json": '{"name": "P"}', "index.js": "const processEvent = (e) => e" }]]),
    );
    const { json } = await install("https://github.com/team/repo");
    expect(json).toMatchObject({ code: "invalid_plugin", attr: "url" });
    expect(json["detail"]).toContain("index.js:1: processEvent is declared with const, let or class");
    await nothingIsLeft(before);
  });
});

describe("an install that fails", () => {
  const good = plugin("P");
  const stages: [string, { files?: Record<string, string>; bindings?: () => Partial<Env> }, RegExp][] = [
    ["at its manifest", { files: { ...good, "plugin.json": "{" } }, /is not valid JSON/],
    ["while it is compiled", { files: { ...good, "index.ts": "export const = 1" } }, /index\.ts/],
    ["while it is inspected", { files: { ...good, "index.ts": "throw new Error('not today')" } }, /not today/],
    ["while its files are stored", { bindings: () => ({ BLOBS: failing(env.BLOBS, "put", 1) }) }, /server error/],
    ["while its bundle is stored", { bindings: () => ({ BLOBS: failing(env.BLOBS, "put", 2) }) }, /server error/],
    ["while it is registered", { bindings: () => ({ REGISTRY: failing(env.REGISTRY, "batch", 1) }) }, /server error/],
  ];
  test.each(stages)("%s leaves no plugin, and nothing that stays", async (stage, { files, bindings }, message) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    shelf.github.set("team/repo", new Map([["main", { ...(files ?? good), stage }]]));
    const body = { url: "https://github.com/team/repo", organization_id: organizationId };
    const { json } = await call("POST", "/api/plugins", body, { env: { ...servers, ...bindings?.() } });
    expect(json["detail"]).toMatch(message);
    // What was stored already belongs to nobody, and goes with the next sweep.
    await sweepVersions(env, Date.now() + 2 * 86_400_000);
    const versions = await env.REGISTRY.prepare("select distinct hash from plugin_version").all();
    const stored = (await env.BLOBS.list({ prefix: VERSIONS })).objects.map(({ key }) => hashOfKey(key));
    const known = new Set(versions.results.map(({ hash }) => hash));
    expect(stored.filter((hash) => !known.has(hash))).toEqual([]);
    await nothingIsLeft((await env.BLOBS.list()).objects.length);
    expect((await install("https://github.com/team/repo")).status).toBe(files ? 400 : 201);
  });
});

/** A binding whose method fails at one of its calls. */
function failing<Binding extends object>(binding: Binding, method: string, at: number): Binding {
  let calls = 0;
  return new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name === method && ++calls === at) throw new Error(`${method} fails in this test`);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

test("a client that wants to is told how far it has come", async () => {
  shelf.github.set("team/repo", new Map([["main", plugin("P")]]));
  const options = { env: servers, headers: { Accept: "text/event-stream" } };
  const events = await call(
    "POST",
    "/api/plugins",
    { url: "https://github.com/team/repo", organization_id: organizationId },
    options,
  );
  expect(events.events?.map(([name, data]) => (name === "progress" ? data["stage"] : name))).toEqual([
    "resolving",
    "downloading",
    "unpacking",
    "compiling",
    "inspecting",
    "saved",
    "result",
  ]);
  const again = await call(
    "POST",
    "/api/plugins",
    { url: "https://github.com/team/repo", organization_id: organizationId },
    options,
  );
  expect(again.events?.at(-1)).toMatchObject(["problem", { code: "invalid_plugin" }]);
});

test("so is one who uploads", async () => {
  const body = { source: HANDLER, name: "P", organization_id: organizationId };
  const { events } = await call("POST", "/api/plugins", body, { headers: { Accept: "text/event-stream" } });
  expect(events?.map(([name, data]) => (name === "progress" ? data["stage"] : name))).toEqual([
    "compiling",
    "inspecting",
    "saved",
    "result",
  ]);
});

test("a plugin is installed from a URL for one's own organization alone", async () => {
  shelf.github.set("team/repo", new Map([["main", plugin("P")]]));
  const token = await tokenOf({ organizationId });
  const body = { url: "https://github.com/team/repo", organization_id: 1 };
  expect((await call("POST", "/api/plugins", body, { env: servers, token })).json).toMatchObject({
    attr: "organization_id",
    code: "does_not_exist",
  });
});

async function nothingIsLeft(blobs: number): Promise<void> {
  const { results } = await env.REGISTRY.prepare("select id from plugin where organization_id = ?")
    .bind(organizationId)
    .all();
  expect(results).toEqual([]);
  expect((await env.BLOBS.list()).objects).toHaveLength(blobs);
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
}
