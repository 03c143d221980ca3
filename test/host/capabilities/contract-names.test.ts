import { expect, test } from "vitest";

import { explainDenials, PROVIDERS, provideCapabilities } from "../../../host/capabilities/index.ts";
import type { CapabilityContext } from "../../../host/capabilities/index.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import { CallRandom } from "../../../runtime/random.ts";
import { CAPABILITY_NAMES, OPERATIONS } from "../../../wit/generated/contract.ts";

const plugin = {
  id: 7,
  pluginId: 3,
  teamId: 1,
  pluginName: "Mine",
  grants: {},
  attachments: [],
  limits: DEFAULT_LIMITS,
  secrets: { injections: [], values: [] },
} as unknown as CapabilityContext["plugin"];

/** Providers do nothing until they are called: here it is their names alone that count. */
function contextWith(grants: CapabilityContext["plugin"]["grants"]): CapabilityContext {
  return {
    plugin: { ...plugin, grants },
    scope: { signal: new AbortController().signal, random: new CallRandom(new Uint8Array(32)), burn: () => undefined },
    cache: { run: async () => [] },
  } as unknown as CapabilityContext;
}

const everything = Object.fromEntries(CAPABILITY_NAMES.map((name) => [name, true]));

test("the host provides every interface of the contract, and nothing else", () => {
  expect(Object.keys(PROVIDERS).toSorted()).toEqual(CAPABILITY_NAMES.toSorted());
});

test("each provider has the functions of its interface, and no others", () => {
  const provided = provideCapabilities(contextWith(everything));
  const names = Object.entries(provided).flatMap(([of, functions]) =>
    Object.keys(functions).map((name) => `${of}.${name}`),
  );
  expect(names.toSorted()).toEqual(
    OPERATIONS.map((operation) => `${operation.interface}.${operation.name}`).toSorted(),
  );
});

test("what was not granted is not made, and a denial says how it would be", () => {
  const ambient = ["attachments", "buffers", "crypto", "encoding", "intl", "log", "mmdb", "timers", "url", "zlib"];
  expect(Object.keys(provideCapabilities(contextWith({}))).toSorted()).toEqual(ambient);
  expect(Object.keys(provideCapabilities(contextWith({ cache: true, fetch: [], geoip: false }))).toSorted()).toEqual(
    [...ambient, "cache", "fetch"].toSorted(),
  );
  const denials = explainDenials(plugin);
  expect(Object.keys(denials).toSorted()).toEqual(
    CAPABILITY_NAMES.filter((name) => !ambient.includes(name)).toSorted(),
  );
  for (const [name, text] of Object.entries(denials)) {
    expect(text).toContain(`${name} is not granted to Mine`);
    expect(text).toContain(`add "${name}" to "capabilities" in plugin.json`);
  }
});
