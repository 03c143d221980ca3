import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { startPluginServer } from "../support/plugin-server.ts";
import { type Files, newShelf } from "../support/plugin-servers.ts";
import { packageFile, packageVersion } from "./packages.ts";

/** As they are published. */
const PUBLISHED = [
  "@posthog/geoip-plugin",
  "@posthog/property-filter-plugin",
  "@posthog/property-flattener-plugin",
  "@posthog/semver-flattener-plugin",
  "@posthog/shopify-sync-plugin",
  "@posthog/user-agent-app",
];

/** The texts of a folder. */
function filesOf(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.includes("node_modules") && statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(
    paths.map((path) => [relative(folder, join(folder, path)), readFileSync(join(folder, path), "utf8")]),
  );
}

const shelf = newShelf();
let servers: Awaited<ReturnType<typeof startPluginServer>>;
let hoglet: Hoglet;
beforeAll(async () => {
  for (const name of PUBLISHED) shelf.npm.set(name, new Map([[packageVersion(name), filesOf(packageFile(name, ""))]]));
  const relay = filesOf(join(import.meta.dirname, "../../examples/hello-world"));
  shelf.github.set("team/private", new Map([["main", relay]]));
  shelf.gitlab.set("group/sub/plugins", new Map([["main", prefixed("packages/hello/", relay)]]));
  servers = await startPluginServer(shelf);
  hoglet = await startHoglet({
    NPM_REGISTRY_URL: servers.url,
    GITHUB_BASE_URL: servers.url,
    GITLAB_BASE_URL: servers.url,
  });
}, START_TIMEOUT);
afterAll(async () => {
  await hoglet?.stop();
  await servers?.close();
});

const prefixed = (prefix: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}${path}`, text]));

async function install(body: object, accept = "application/json"): Promise<{ status: number; text: string }> {
  const response = await fetch(`${hoglet.url}/api/plugins`, {
    method: "POST",
    headers: { Authorization: `Bearer ${hoglet.adminToken}`, "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

test.each(PUBLISHED)("a real server installs %s from a registry", async (name) => {
  const { status, text } = await install({ url: name });
  expect({ status, text }).toMatchObject({ status: 201 });
  expect(JSON.parse(text)).toMatchObject({
    plugin_type: "custom",
    url: `https://www.npmjs.com/package/${name}`,
    latest_version: { tag: packageVersion(name) },
  });
});

test("a real server installs from a private repository, and tells as it goes", async () => {
  const without = await install({ url: "https://github.com/team/private" });
  expect(without.text).toContain("or it is private: give a private_token");
  const body = { url: "https://github.com/team/private", private_token: shelf.token };
  const { status, text } = await install(body, "text/event-stream");
  expect(status).toBe(200);
  const stages = [...text.matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage);
  expect([...new Set(stages)]).toEqual(["resolving", "downloading", "unpacking", "compiling", "inspecting", "saved"]);
  expect(text).toMatch(/event: result\ndata: \{"id":\d+/);
  expect(text).not.toContain(shelf.token);
});

test("a real server installs from a folder of a nested project", async () => {
  const { text } = await install({ url: "https://gitlab.com/group/sub/plugins/-/tree/main/packages/hello" });
  expect(JSON.parse(text)).toMatchObject({
    url: "https://gitlab.com/group/sub/plugins/-/tree/main/packages/hello",
    capabilities: { methods: ["processEvent"] },
  });
});
