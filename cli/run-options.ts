import { parseArgs } from "node:util";

import { isTask, PLUGIN_FUNCTIONS, type PluginFunction, type TaskName } from "../wit/plugin-functions.ts";
import { UsageError } from "./errors.ts";
import { takeGrantFlags } from "./grants.ts";
import type { GrantFlags } from "./grants.ts";
import type { NamedPosthog } from "./run/posthog-account.ts";

/** The command line of `hoglet run`. Paths are as typed. */
export interface RunOptions {
  plugin: string;
  caseFile: string | undefined;
  eventFile: string | undefined;
  configFile: string | undefined;
  attach: string[];
  /** What to call: a function, or a job. */
  call: { method: PluginFunction | TaskName } | { job: string } | undefined;
  payloadFile: string | undefined;
  json: boolean;
  offline: boolean;
  recordFile: string | undefined;
  /** The PostHog for `posthog.api`. */
  posthog: NamedPosthog;
  flags: GrantFlags;
}

const OPTIONS = {
  case: { type: "string" },
  event: { type: "string" },
  config: { type: "string" },
  attach: { type: "string", multiple: true },
  call: { type: "string" },
  payload: { type: "string" },
  json: { type: "boolean", default: false },
  offline: { type: "boolean", default: false },
  record: { type: "string" },
  "posthog-host": { type: "string" },
  "project-api-key": { type: "string" },
  "personal-api-key": { type: "string" },
} as const;

const POSTHOG = ["posthog-host", "project-api-key", "personal-api-key"] as const;

export function parseRunOptions(argv: readonly string[]): RunOptions {
  const { flags, rest } = takeGrantFlags(argv);
  const { values, positionals } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: true });
  const [plugin, ...others] = positionals;
  if (plugin === undefined) throw new UsageError("name the plugin's folder or file: hoglet run <dir|file>");
  if (others.length > 0) throw new UsageError(`one plugin at a time, and there is also ${others.join(" ")}`);
  const call = values.call === undefined ? undefined : parseCall(values.call);
  const isJob = call !== undefined && "job" in call;
  for (const other of ["event", "call", "payload", "record", ...POSTHOG] as const)
    if (values.case !== undefined && values[other] !== undefined)
      throw new UsageError(`--case says itself what is called and with what: leave --${other} out`);
  if (values.payload !== undefined && !isJob)
    throw new UsageError("--payload belongs to a job: --call jobs.NAME --payload FILE");
  if (values.event !== undefined && isJob) throw new UsageError("a job takes no events: use --payload FILE");
  return {
    plugin,
    caseFile: values.case,
    eventFile: values.event,
    configFile: values.config,
    attach: values.attach ?? [],
    call,
    payloadFile: values.payload,
    json: values.json,
    offline: values.offline,
    recordFile: values.record,
    posthog: {
      host: values["posthog-host"] === undefined ? undefined : parseHost(values["posthog-host"]),
      projectApiKey: values["project-api-key"],
      personalApiKey: values["personal-api-key"],
    },
    flags,
  };
}

function parseHost(host: string): string {
  if (!URL.canParse(host) || !/^https?:$/.test(new URL(host).protocol))
    throw new UsageError(`--posthog-host ${host}: must be a URL such as https://us.posthog.com`);
  return host;
}

function parseCall(name: string): NonNullable<RunOptions["call"]> {
  const [, job] = /^jobs\.(.+)$/s.exec(name) ?? [];
  if (job !== undefined) return { job };
  const method = PLUGIN_FUNCTIONS.find((known) => known === name) ?? (isTask(name) ? name : undefined);
  if (!method)
    throw new UsageError(
      `--call ${name}: there is no such function; there are ${PLUGIN_FUNCTIONS.join(", ")} and jobs.NAME`,
    );
  return { method };
}
