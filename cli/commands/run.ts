import { resolve } from "node:path";

import type { Json } from "../../host/event.ts";
import { flagAttachments } from "../case/attachments.ts";
import { parseJson, readCase, readText } from "../case/read-case.ts";
import { readConfig } from "../case/read-config.ts";
import { Recorder } from "../case/recorder.ts";
import { runCase, withDefaults } from "../case/run-case.ts";
import { LoadError, UsageError } from "../errors.ts";
import { grantsOfCase, resolveGrants } from "../grants.ts";
import { loadPlugin } from "../plugin/load-plugin.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { printRun } from "../print/run-report.ts";
import { readEvents } from "../read-events.ts";
import { parseRunOptions } from "../run-options.ts";
import type { RunOptions } from "../run-options.ts";
import { Clock } from "../run/clock.ts";
import { notesOn } from "../run/notes.ts";
import { planEvents, planJob } from "../run/plan.ts";
import type { PlannedCall } from "../run/plan.ts";
import { realAccount } from "../run/posthog-account.ts";
import { randomKeys } from "../run/random-keys.ts";
import { runPlugin } from "../run/run-plugin.ts";
import type { PluginRun } from "../run/run-plugin.ts";
import { World } from "../run/world.ts";
import type { Terminal } from "../terminal.ts";

/** `hoglet run`: 0 when the plugin ran, whatever it did; 1 when it could not be loaded. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseRunOptions(argv);
  try {
    const { plugin, result } = await (options.caseFile === undefined
      ? runReal(options, terminal)
      : runFromCase(options, options.caseFile));
    if (options.json) {
      terminal.print(JSON.stringify(result.output));
      terminal.complain(...[...result.warnings, ...notesOn(result)].map((note) => `note: ${note}`));
    } else terminal.print(...printRun(plugin, result, terminal.colours));
    return 0;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    if (options.json) terminal.print(JSON.stringify({ error: describe(error) }));
    else terminal.complain(error.explanation);
    return 1;
  }
}

interface Ran {
  plugin: LoadedPlugin;
  result: PluginRun;
}

async function runFromCase(options: RunOptions, path: string): Promise<Ran> {
  const file = await readCase(path);
  const config = await readConfig(options.configFile);
  const attachments = await flagAttachments(options.attach, ".");
  const plugin = await loadPlugin(options.plugin, file.case.entryFile);
  return { plugin, result: await runCase(plugin, file, { config, attachments, flags: options.flags }) };
}

async function runReal(options: RunOptions, terminal: Terminal): Promise<Ran> {
  const calls = await planOptions(options, terminal);
  const entered = await readConfig(options.configFile);
  const attachments = await flagAttachments(options.attach, ".");
  const plugin = await loadPlugin(options.plugin);
  const config = withDefaults(plugin.manifest, entered ?? {});
  const grants = resolveGrants(undefined, plugin.manifest.capabilities, options.flags);
  const recorder = options.recordFile === undefined ? undefined : new Recorder();
  const result = await runPlugin({
    plugin,
    config,
    attachments,
    world: new World({
      clock: new Clock(recorder?.now),
      grants,
      posthog: realAccount(options.posthog),
      network: { kind: options.offline ? "offline" : "real", observe: recorder?.observe },
      geoip: {},
      request: {},
      storage: {},
      cache: {},
    }),
    nextKey: randomKeys(recorder?.seed),
    calls,
  });
  if (recorder && options.recordFile !== undefined) {
    const { output } = result;
    const isGranted = options.flags.allow.size > 0 || options.flags.deny.size > 0;
    const recorded = {
      plugin,
      config,
      attachments,
      calls,
      posthog: options.posthog,
      output,
      grants: isGranted ? grantsOfCase(grants) : undefined,
    };
    const differences = await recorder.write(resolve(options.recordFile), recorded);
    if (differences.length > 0)
      terminal.complain(`note: run again, ${options.recordFile} comes to something else in ${differences.join(", ")}`);
  }
  if (calls.length === 0 && result.setup === null)
    terminal.complain(
      "note: nothing but setupPlugin is called; give events with --event FILE, or name a function with --call NAME",
    );
  return { plugin, result };
}

async function planOptions({ call, eventFile, payloadFile }: RunOptions, { stdin }: Terminal): Promise<PlannedCall[]> {
  if (call && "job" in call) {
    const payload =
      payloadFile === undefined ? undefined : (parseJson(await readText(payloadFile), payloadFile) as Json);
    return [planJob(call.job, payload)];
  }
  if (!call && eventFile === undefined) return [];
  const events = eventFile === undefined ? [] : await readEvents(eventFile, stdin);
  const planned = planEvents(call?.method ?? "processEvent", events);
  if (planned.length === 0) throw new UsageError(`${call?.method} takes events: name their file with --event FILE`);
  return planned;
}

function describe({ message, file, line }: LoadError): object {
  return { message, ...(file === null ? {} : { file }), ...(line === null ? {} : { line }) };
}
