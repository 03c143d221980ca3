import { resolve } from "node:path";

import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import type { JsonObject } from "../../host/event.ts";
import type { Manifest } from "../../host/plugins/manifest.ts";
import { NO_FLAGS, resolveGrants } from "../grants.ts";
import type { GrantFlags, Grants } from "../grants.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { Clock } from "../run/clock.ts";
import { planCase } from "../run/plan.ts";
import { caseAccount } from "../run/posthog-account.ts";
import { randomKeys } from "../run/random-keys.ts";
import { runPlugin } from "../run/run-plugin.ts";
import type { PluginRun } from "../run/run-plugin.ts";
import { World } from "../run/world.ts";
import { caseAttachments } from "./attachments.ts";
import type { FileAttachment } from "./attachments.ts";
import type { CaseFile } from "./read-case.ts";

/** What a command line changes of a case. */
export interface CaseOverrides {
  /** Instead of the case's config; defaults are merged into it. */
  config?: JsonObject | undefined;
  /** Added to the case's, or instead of those with the same key. */
  attachments?: FileAttachment[];
  flags?: GrantFlags;
}

/** Runs a case in a world of its own. Nothing in it touches the network. */
export async function runCase(
  plugin: LoadedPlugin,
  { path, case: given }: Pick<CaseFile, "path" | "case">,
  { config, attachments = [], flags = NO_FLAGS }: CaseOverrides = {},
): Promise<PluginRun> {
  const { env = {}, geoip = {}, request = {}, initialStorage = {}, initialCache = {} } = given;
  const { mockFetch = [], posthog = {} } = given;
  const ofCase = await caseAttachments(given.attachments ?? {}, resolve(path));
  const grants = resolveGrants(given.grants, plugin.manifest.capabilities, flags);
  return runPlugin({
    plugin,
    config: config === undefined && given.config ? given.config : withDefaults(plugin.manifest, config ?? {}),
    attachments: [...ofCase.filter(({ key }) => attachments.every((other) => other.key !== key)), ...attachments],
    world: new World({
      clock: new Clock(env.setupNow ?? env.now, env.tz),
      limits: { ...DEFAULT_LIMITS, ...given.limits },
      grants: { ...grants, denials: { ...grants.denials, ...pick(env.denials, grants.denials) } },
      network: { kind: "mocked", mocks: mockFetch },
      posthog: caseAccount(posthog),
      geoip,
      request,
      storage: initialStorage,
      cache: initialCache,
    }),
    ...(env.self !== undefined && { self: env.self }),
    nextKey: randomKeys(env.seed, env.randomKeys),
    ...(env.setupNow !== undefined && env.now !== undefined && { afterSetup: env.now - env.setupNow }),
    calls: planCase(given),
  });
}

/** Of a server's words those that are about what is not granted here either. */
function pick(words: Grants["denials"] = {}, denials: Grants["denials"]): Grants["denials"] {
  return Object.fromEntries(Object.entries(words).filter(([name]) => Object.hasOwn(denials, name)));
}

/** A config with the defaults of plugin.json in the place of keys that are absent. */
export function withDefaults({ config: fields }: Manifest, config: JsonObject): JsonObject {
  const defaults = fields.flatMap(({ key, type, default: preset }) =>
    key === undefined || preset === undefined || type === "attachment" ? [] : [[key, preset] as const],
  );
  return { ...Object.fromEntries(defaults), ...config };
}
