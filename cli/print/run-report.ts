import type { Json } from "../../host/event.ts";
import type { CallResult } from "../../runtime/outcome.ts";
import { explainStack } from "../../host/plugins/explain-stack.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import type { PlannedCall } from "../run/plan.ts";
import type { PluginRun } from "../run/run-plugin.ts";
import type { Colours } from "./colour.ts";
import { eventDiff } from "./event-diff.ts";
import { shorten } from "./shorten.ts";

/** A run for a person to read: what became of each event, then what else the plugin did. */
export function printRun(plugin: LoadedPlugin, run: PluginRun, colours: Colours): string[] {
  const { output } = run;
  const explain = (result: CallResult): string[] => explainFailure(plugin, result, colours);
  return [
    ...run.warnings.map((warning) => colours.changed(`warning: ${warning}`)),
    `${colours.bold(plugin.manifest.name)} ${colours.dim(`${plugin.entry} with ${run.functions.join(", ")}`)}`,
    ...(run.setup ? [title("setupPlugin", run.setup, colours), ...indent(explain(run.setup))] : []),
    ...run.calls.flatMap(({ planned, result }) => [
      title(nameOf(planned), result, colours),
      ...indent([...explain(result), ...whatCameOf(planned, result, colours)]),
    ]),
    ...run.jobs.flatMap(({ planned, result }) => [
      title(`${planned.label}, queued with runNow`, result, colours),
      ...indent([...explain(result), ...whatCameOf(planned, result, colours)]),
    ]),
    ...section(
      "logs",
      output.logs.map(({ level, message }) => `${colours.dim(level.padEnd(5))} ${message}`),
      colours,
    ),
    ...section(
      "fetches",
      output.fetch.map(({ method, url, status }) => `${method} ${url} ${status ?? "failed"}`),
      colours,
    ),
    ...section(
      "captures",
      output.capture.map(({ event, properties }) => `${event} ${print(properties)}`),
      colours,
    ),
    ...section(
      "jobs",
      output.jobs.map(
        ({ name, payload, when }) => `${name}(${payload === undefined ? "" : print(payload)}) ${describeWhen(when)}`,
      ),
      colours,
    ),
    ...section(
      "metrics",
      Object.entries(output.metrics).map(
        ([name, writes]) => `${name}: ${writes.map((write) => write.join(" ")).join(", ")}`,
      ),
      colours,
    ),
    ...section("storage", entries(output.storage), colours),
    ...section("cache", entries(output.cache), colours),
    colours.dim(`${output.fuel.toLocaleString("en")} fuel, ${(output.memoryBytes / 1024 / 1024).toFixed(1)} MiB`),
  ];
}

function title(name: string, { outcome }: CallResult, colours: Colours): string {
  const { kind, reason, fuel } = outcome;
  const style = kind === "ok" ? colours.added : kind === "dropped" ? colours.changed : colours.removed;
  return `${colours.bold(name)} ${style(reason === undefined ? kind : `${kind}: ${reason}`)} ${colours.dim(`${fuel.toLocaleString("en")} fuel`)}`;
}

/** The function, and the name of the event that it was given. */
function nameOf({ label, args: [text] }: PlannedCall): string {
  const input: unknown = text === undefined ? undefined : JSON.parse(text);
  if (Array.isArray(input)) return `${label} of ${input.length} ${input.length === 1 ? "event" : "events"}`;
  const event = typeof input === "object" && input !== null && "event" in input ? input.event : undefined;
  return event === undefined ? label : `${label} ${JSON.stringify(event)}`;
}

/** What went wrong, where in the author's source, with the lines around it. */
function explainFailure(plugin: LoadedPlugin, { outcome, stack }: CallResult, colours: Colours): string[] {
  const unhandled = outcome.unhandled?.map((text) => colours.changed(`nobody handled the rejection: ${text}`)) ?? [];
  if (outcome.message === undefined) return unhandled;
  const { frame, lines } = explainStack(plugin, stack);
  return [
    ...unhandled,
    colours.removed(outcome.message),
    ...lines.map((line) => colours.dim(`  ${line}`)),
    ...(frame === "" ? [] : ["", ...frame.split("\n"), ""]),
  ];
}

/** The change of the event for functions that return it, the value itself for the others. */
function whatCameOf({ method, args: [text] }: PlannedCall, { outcome, json }: CallResult, colours: Colours): string[] {
  if (json === null || outcome.kind === "dropped") return [];
  const returned = JSON.parse(json) as Json;
  if (method !== "processEvent" && method !== "processEventBatch") return [`returned ${print(returned)}`];
  const changes = eventDiff(JSON.parse(text ?? "null") as Json, returned, colours);
  return changes.length > 0 ? changes : [colours.dim("unchanged")];
}

function section(name: string, lines: string[], colours: Colours): string[] {
  return lines.length === 0 ? [] : [colours.bold(name), ...indent(lines)];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? "" : `  ${line}`));
const print = (value: Json): string => shorten(JSON.stringify(value));
const entries = (values: Record<string, Json>): string[] =>
  Object.entries(values).map(([key, value]) => `${key}: ${print(value)}`);
const describeWhen = (when: PluginRun["output"]["jobs"][number]["when"]): string =>
  Array.isArray(when) ? `in ${when.join(" ")}` : when;
