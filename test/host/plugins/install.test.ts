import { beforeAll, describe, expect, test, vi } from "vitest";
import { InvalidPluginError } from "../../../host/plugins/errors.ts";
import {
  type Inspect,
  installFromFiles,
  installFromSource,
  type InstallRequest,
} from "../../../host/plugins/install.ts";
import { loadFiles, loadVersion } from "../../../host/plugins/versions.ts";
import { versionsOf } from "../../../host/store/plugin-versions.ts";
import { pluginsOf } from "../../../host/store/plugins.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { env, migratedRegistry, newTeam } from "../store/registry.ts";
import { NPM_PLUGINS } from "./npm-plugins.ts";
import { runCode } from "./run-code.ts";

let db: Registry;
beforeAll(async () => {
  db = await migratedRegistry();
});

/** Stands in for the sandbox: runs the code in the test's own isolate. */
const inspect: Inspect = async (code) => {
  const { exports } = runCode(code);
  return { methods: Object.keys(exports), tasks: [], jobs: [], warnings: [] };
};
const bytes = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
const organization = async () => (await newTeam(db)).organizationId;

async function install(files: Record<string, string>, more: Partial<InstallRequest> = {}, inspecting = inspect) {
  const organizationId = more.organizationId ?? (await organization());
  return installFromFiles(env, { organizationId, pluginType: "custom", files: bytes(files), ...more }, inspecting, 5);
}

const SOURCE = "export function processEvent(event: any) { return event }";

describe("files", () => {
  test.each(Object.entries(NPM_PLUGINS))("of %s are installed", async (published, files) => {
    const { plugin, version, warnings } = await install(files, {
      tag: "0.0.7",
      url: "https://npmjs.com/package/x/?t=1",
    });
    expect(plugin).toMatchObject({
      name: version.manifest.name,
      description: version.manifest.description,
      icon: version.manifest.icon,
      pluginType: "custom",
      url: "https://npmjs.com/package/x",
      privateToken: null,
      isGlobal: false,
      latestVersionId: version.id,
      createdAt: 5,
    });
    expect(version).toMatchObject({
      tag: "0.0.7",
      size: new TextEncoder().encode(Object.values(files).join("")).byteLength,
    });
    const main = published === "shopify-sync" ? "runEveryMinute" : "processEvent";
    expect([...version.inspected.methods, ...version.inspected.tasks]).toContain(main);
    expect(warnings).toEqual([]);
    const bundle = await loadVersion(env, version.hash);
    expect(bundle.manifest).toEqual(version.manifest);
    expect(runCode(bundle.code).exports).toHaveProperty(main);
    expect(Object.keys(await loadFiles(env, version.hash)).toSorted()).toEqual(Object.keys(files).toSorted());
  });

  test("need no plugin.json when a name is given", async () => {
    const { plugin } = await install({ "index.js": SOURCE }, { name: "Named" });
    expect(plugin.name).toBe("Named");
    await expect(install({ "index.js": SOURCE })).rejects.toThrow("plugin.json: name: is missing");
  });

  test("are a new version of the plugin that is named", async () => {
    const organizationId = await organization();
    const request = { organizationId, name: "P", url: "https://github.com/a/b", privateToken: "t0ken" };
    const first = await install({ "index.js": SOURCE }, request);
    const update = { organizationId, name: "P2", pluginId: first.plugin.id };
    const second = await install({ "index.js": `${SOURCE}\n` }, update);
    expect(second.plugin).toEqual({ ...first.plugin, name: "P2", latestVersionId: second.version.id, updatedAt: 5 });
    expect(await versionsOf(db, first.plugin, { limit: 9, offset: 0 })).toHaveLength(2);
    const again = await install({ "index.js": SOURCE }, { ...update, name: "P" });
    expect(again.version).toEqual(first.version);
  });

  test("of one content are stored once for all organizations", async () => {
    const [a, b] = [
      await install({ "index.js": SOURCE }, { name: "S" }),
      await install({ "index.js": SOURCE }, { name: "S" }),
    ];
    expect(a.plugin.id).not.toBe(b.plugin.id);
    expect(a.version.hash).toBe(b.version.hash);
  });

  test("from a URL are installed once", async () => {
    const organizationId = await organization();
    const request = { organizationId, name: "P", url: "https://github.com/a/b/" };
    await install({ "index.js": SOURCE }, request);
    await expect(
      install({ "index.js": SOURCE }, { ...request, url: "https://github.com/a/b?private_token=x" }),
    ).rejects.toThrow('Plugin from URL "https://github.com/a/b" already installed!');
    await install({ "index.js": SOURCE }, { name: "P", url: "https://github.com/a/b" });
  });
});

describe("pasted source", () => {
  test("becomes index.ts with a plugin.json", async () => {
    const organizationId = await organization();
    const request = {
      organizationId,
      name: "Pasted",
      source: SOURCE,
      config: { key: { type: "string", default: "x" } },
      capabilities: { fetch: ["api.x.com"] },
    };
    const { plugin, version } = await installFromSource(env, request, inspect, 6);
    expect(plugin).toMatchObject({ name: "Pasted", pluginType: "source", url: null, createdAt: 6 });
    expect(version.manifest).toMatchObject({
      config: [{ key: "key", type: "string", default: "x" }],
      capabilities: { fetch: ["api.x.com"] },
    });
    const files = await loadFiles(env, version.hash);
    expect(new TextDecoder().decode(files["index.ts"])).toBe(SOURCE);
    expect(JSON.parse(new TextDecoder().decode(files["plugin.json"]))).toEqual({
      name: "Pasted",
      config: request.config,
      capabilities: request.capabilities,
    });
    const edited = { ...request, pluginId: plugin.id, source: `${SOURCE} // edited` };
    expect((await installFromSource(env, edited, inspect, 7)).plugin).toMatchObject({ id: plugin.id, updatedAt: 7 });
  });
});

describe("nothing is left of an installation that fails", () => {
  const none: Inspect = async () => ({ methods: [], tasks: [], jobs: [], warnings: ["processEvent is not exported"] });
  const manyJobs: Inspect = async () => ({
    methods: [],
    tasks: [],
    jobs: Array.from({ length: 201 }, (_, i) => `j${i}`),
    warnings: [],
  });
  const longJob: Inspect = async () => ({ methods: [], tasks: [], jobs: ["j".repeat(201)], warnings: [] });

  test.each<[string, Record<string, string>, Partial<InstallRequest>, Inspect, RegExp]>([
    ["manifest", { "index.js": SOURCE, "plugin.json": "{" }, {}, inspect, /^plugin\.json: is not valid JSON/],
    ["no entry", { "a.js": SOURCE }, {}, inspect, /^Could not find main file index\.js or index\.ts/],
    ["empty entry", { "index.js": " \n" }, {}, inspect, /^index\.js: the file is empty/],
    ["syntax", { "index.js": "let = ;" }, {}, inspect, /^index\.js: /],
    ["path", { "index.js": SOURCE, "../x": "" }, {}, inspect, /the path contains \.\./],
    [
      "no functions",
      { "index.js": SOURCE },
      {},
      none,
      /^index\.js: has no function that Hoglet calls; export at least one of .*processEvent.*\nprocessEvent is not exported$/,
    ],
    ["jobs", { "index.js": SOURCE }, {}, manyJobs, /has 201 jobs; at most 200/],
    ["job names", { "index.js": SOURCE }, {}, longJob, /a job whose name is longer/],
    ["no such plugin", { "index.js": SOURCE }, { pluginId: 999_999 }, inspect, /There is no plugin 999999 to update/],
  ])("%s", async (_, files, more, inspecting, message) => {
    const organizationId = await organization();
    const failed = install(files, { organizationId, name: "Broken", ...more }, inspecting);
    await expect(failed).rejects.toThrow(InvalidPluginError);
    await expect(failed).rejects.toThrow(message);
    expect(await pluginsOf(db, organizationId)).toEqual([]);
  });

  test("another organization's plugin cannot be updated", async () => {
    const theirs = await install({ "index.js": SOURCE }, { name: "Theirs" });
    await expect(install({ "index.js": SOURCE }, { name: "Mine", pluginId: theirs.plugin.id })).rejects.toThrow(
      "There is no plugin",
    );
    expect(await pluginsOf(db, theirs.plugin.organizationId)).toEqual([theirs.plugin]);
  });

  test("storage that fails", async () => {
    const organizationId = await organization();
    const put = vi.spyOn(env.BLOBS, "put").mockRejectedValueOnce(new Error("R2 is down"));
    const source = `${SOURCE} // ${organizationId}`;
    await expect(install({ "index.js": source }, { organizationId, name: "P" })).rejects.toThrow("R2 is down");
    expect(await pluginsOf(db, organizationId)).toEqual([]);
    put.mockRestore();
    await install({ "index.js": source }, { organizationId, name: "P" });
  });

  test("code that does not load is shown at its place", async () => {
    const files = {
      "index.ts": "import { go } from './lib'\ngo()",
      "lib.ts": "export const go = (): void => {\n  undefinedFunction()\n}",
    };
    const failing: Inspect = async (code) => {
      const line = code.split("\n").findIndex((text) => text.includes("undefinedFunction"));
      const guestStack = `    at go (plugin.js:${line + 1}:3)\n    at <eval> (plugin.js:2:1)`;
      throw Object.assign(new Error("undefinedFunction is not defined"), { guestStack });
    };
    await expect(install(files, { name: "P" }, failing)).rejects.toThrow(
      [
        "lib.ts: does not load: undefinedFunction is not defined (2:3)",
        "",
        "  1 | export const go = (): void => {",
        "> 2 |   undefinedFunction()",
        "    |   ^",
        "  3 | }",
      ].join("\n"),
    );
    const placeless: Inspect = () => Promise.reject(Object.assign(new Error("out of memory"), { guestStack: "" }));
    await expect(install(files, { name: "P" }, placeless)).rejects.toThrow("index.ts: does not load: out of memory");
    const ours: Inspect = () => Promise.reject(new TypeError("host bug"));
    await expect(install(files, { name: "P" }, ours)).rejects.toThrow(TypeError);
  });
});
