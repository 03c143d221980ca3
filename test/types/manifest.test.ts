import { expect, test } from "vitest";

import { AMBIENT, CAPABILITY_NAMES } from "../../host/plugins/capabilities.ts";
import { readManifest } from "../../host/plugins/manifest.ts";
import { membersOf } from "./declared.ts";

test("the capabilities that plugin.json can declare are those that are not ambient", async () => {
  const declared = await membersOf("manifest.d.ts", "CapabilityGrants");
  const grantable = [...CAPABILITY_NAMES].filter((name) => !AMBIENT.some((ambient) => ambient === name));
  expect(grantable.sort()).toEqual(declared.sort());
});

test("every key of a config field is one that Hoglet reads", async () => {
  const values = {
    key: "a",
    name: "A",
    type: "choice",
    choices: ["b"],
    default: "b",
    hint: "hint",
    markdown: "text",
    order: 1,
    required: true,
    secret: false,
    required_if: [["a", "b"]],
    visible_if: [["a"]],
    site: false,
  };
  const inject = { host: "api.example.com", header: "Authorization", format: "Bearer {}" };
  const { warnings } = readManifest({ name: "all keys", config: [values, { key: "b", type: "string", inject }] });
  expect(warnings).toEqual([]);
  const declared = await membersOf("manifest.d.ts", "PluginConfigStructure");
  expect(["inject", ...Object.keys(values)].sort()).toEqual(["type", "choices", ...declared].sort());
});

test("every key of plugin.json is one that Hoglet reads", async () => {
  const values = {
    name: "all keys",
    description: "text",
    url: "https://example.com",
    main: "index.ts",
    icon: "https://example.com/icon.png",
    posthogVersion: ">= 1.25.0",
    config: [],
    publicJobs: { sync: { payload: { since: { title: "Since", type: "string", required: true, default: "" } } } },
    schedule: { runEveryMorning: { cron: "0 6 * * *", timezone: "Europe/Berlin" } },
    stateless: true,
    capabilities: {},
  };
  expect(readManifest(values).warnings).toEqual([]);
  expect(Object.keys(values).sort()).toEqual((await membersOf("manifest.d.ts", "PluginManifest")).sort());
});
