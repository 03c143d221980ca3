import { toHex } from "../../bytes.ts";
import type { CallResult } from "../../../runtime/outcome.ts";
import type { Json, JsonObject } from "../../event.ts";
import { explainDenials } from "../../capabilities/index.ts";
import { provideRequest } from "../../capabilities/request.ts";
import { SecretMask } from "../../secrets/mask.ts";
import type { PosthogAccount } from "../../capabilities/posthog-api.ts";
import type { PluginCall } from "../plugins/plugin-calls.ts";
import { nameOf } from "../plugins/plugin-config.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import type { Answers } from "./recorder.ts";

/** A call, with what it was answered. */
export interface RecordedCall {
  call: PluginCall;
  answers: Answers;
}

/** All that decided how a call of a plugin went. */
export interface RecordedFailure extends RecordedCall {
  config: PluginConfig;
  account: PosthogAccount | null;
  result: Pick<CallResult, "outcome" | "handedOver">;
  /** The setup of the sandbox; undefined when it was not run, or made no difference. */
  setup: RecordedCall | undefined;
  /** Keys of the randomness of the script, of the setup if there is one, and of the call. */
  keys: Uint8Array[];
  /** Calls of the sandbox between its setup and this one. */
  earlier: number;
}

/** A failed call as a case, with stand-ins for secrets, and in `missing` what keeps it from running in the same way. */
export function describeCall(recorded: RecordedFailure): JsonObject {
  const { config, account, call, answers, setup, keys } = recorded;
  const { host, projectApiKey, personalApiKey } = account ?? {};
  const mask = new SecretMask([
    ...config.secrets.values,
    ...[projectApiKey, personalApiKey].filter((key) => typeof key === "string"),
  ]);
  const [storage, cache] = (["storage", "cache"] as const).map((kind) =>
    setup ? answers[kind].after(setup.answers[kind]) : answers[kind],
  );
  const all = setup ? [setup.answers, answers] : [answers];
  const missing = [
    ...all.flatMap((each) => each.missing),
    ...(all.some(({ mockFetch }) => mockFetch.includes(undefined))
      ? ["the answers to requests that had not ended when the call did"]
      : []),
    ...(storage?.missing ?? []),
    ...(cache?.missing ?? []),
    ...notes(recorded),
  ];
  const entered = config.secrets.injections.map(({ key, value }) => [key, value] as const);
  return mask.json<JsonObject>({
    name: `${config.pluginName}: ${recorded.result.outcome.function || "the script"}`,
    plugin: { name: config.pluginName, version: config.version, tag: config.tag },
    config: { ...config.config, ...Object.fromEntries(entered) },
    env: {
      now: new Date(call.at).toISOString(),
      ...(setup && { setupNow: new Date(setup.call.at).toISOString() }),
      randomKeys: keys.map(toHex),
      self: nameOf(config),
      denials: explainDenials(config) as JsonObject,
    },
    grants: config.grants as JsonObject,
    limits: { ...config.limits },
    request: { ...provideRequest(call).read() } as JsonObject,
    posthog: {
      ...(host && { host }),
      ...(projectApiKey && { projectApiKey }),
      ...(personalApiKey && { personalApiKey }),
    },
    geoip: Object.assign({}, ...all.map(({ geoip }) => geoip)) as JsonObject,
    initialStorage: storage?.values ?? {},
    initialCache: cache?.values ?? {},
    mockFetch: all.flatMap(({ mockFetch }) => mockFetch.filter((mock) => mock !== undefined)),
    calls: describe(recorded),
    outcome: { ...recorded.result.outcome } as JsonObject,
    missing: [...new Set(missing)],
  });
}

function describe({ call, result: { handedOver } }: RecordedFailure): JsonObject[] {
  const { function: method, args = [], eventSize, messages } = call;
  const [first, second] = args.map((json) => (json === undefined ? undefined : (JSON.parse(json) as Json)));
  switch (method) {
    case "setupPlugin":
    case "flushBuffer":
      return [];
    case "runTask":
      return [{ method: first ?? "" }];
    case "runJob":
      return [{ job: first ?? "", ...(second !== undefined && { payload: second }) }];
  }
  if (eventSize !== undefined)
    return [{ method, event: (messages[0]?.event ?? {}) as JsonObject, ...(handedOver && { handOver: handedOver }) }];
  if (first === undefined) return [{ method }];
  return [Array.isArray(first) ? { method, events: first } : { method, event: first }];
}

function notes({ call, config, earlier }: RecordedFailure): string[] {
  const found: string[] = [];
  if (call.function === "flushBuffer") found.push("a case cannot give a buffer back to a plugin");
  if (earlier > 0)
    found.push(
      `its sandbox had been called ${earlier} times before: what the plugin kept in variables is not in the case`,
    );
  if (config.attachments.length > 0)
    found.push(`the bytes of its attachments: ${config.attachments.map(({ key }) => key).join(", ")}`);
  return found;
}
