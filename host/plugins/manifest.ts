import { z } from "zod";
import { type CapabilityGrants, capabilityProblems } from "./capabilities.ts";
import { type ConfigField, readConfigSchema } from "./config-schema.ts";
import { InvalidPluginError, type Problem } from "./errors.ts";
import { flag, text } from "./manifest-values.ts";
import { posthogVersionProblem } from "./posthog-version.ts";
import { type PublicJob, publicJobsSchema, unknownJobKeys } from "./public-jobs.ts";
import { scheduleSchema } from "./schedule-schema.ts";
import type { TaskSchedule } from "../schedule/task-schedule.ts";
import { isDeeperThan } from "../json-depth.ts";

/** plugin.json after validation: defaults filled in, `config` in one form. Plain JSON. */
export interface Manifest {
  /** At most 200 characters. Also the default `distinct_id` of `posthog.capture`. */
  name: string;
  description: string;
  /** Where to read about the plugin; never fetched. */
  url: string | null;
  /** Path of the file to run; null means index.js, else index.ts. */
  main: string | null;
  icon: string | null;
  /** The range of PostHog versions that the author asks for. `POSTHOG_VERSION` is in it. */
  posthogVersion: string | null;
  /** In the order in which a form shows them. */
  config: ConfigField[];
  publicJobs: Record<string, PublicJob>;
  /** When functions run whose names begin with `runEvery`, beside or instead of PostHog's own three times. */
  schedule: Record<string, TaskSchedule>;
  stateless: boolean;
  /** What the author says the plugin needs; null when the author says nothing. */
  capabilities: CapabilityGrants | null;
}

export interface ParsedManifest {
  manifest: Manifest;
  /** What is odd but harmless, for the author. */
  warnings: string[];
}

/** Leaves room for the other columns of a row, which D1 limits to 2 MB. */
const MAX_CHARACTERS = 256 * 1024;
const MAX_LEVELS = 50;
const MAX_REPORTED = 50;

const topLevel = z.object({
  name: text(200).optional(),
  description: text(10_000).default(""),
  url: text(800).optional(),
  main: text(400).optional(),
  icon: text(2000).optional(),
  posthogVersion: text(200).optional(),
  publicJobs: publicJobsSchema.default({}),
  schedule: scheduleSchema.default({}),
  stateless: flag.default(false),
});

const KNOWN_KEYS = new Set([...Object.keys(topLevel.shape), "config", "capabilities", "lib"]);

/**
 * Reads the text of a plugin.json; `text` null stands for a plugin without one. `name` names a plugin whose
 * plugin.json does not. Throws InvalidPluginError with every problem found.
 */
export function parseManifest(text: string | null, name?: string): ParsedManifest {
  if (text === null) return readManifest({}, name);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw invalid([{ path: "", message: `is not valid JSON: ${(error as SyntaxError).message}` }]);
  }
  return readManifest(value, name);
}

/** The same for a plugin.json that is already parsed. */
export function readManifest(value: unknown, name?: string): ParsedManifest {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid([{ path: "", message: 'must be a JSON object such as {"name": "My plugin"}' }]);
  if (isDeeperThan(value, MAX_LEVELS))
    throw invalid([{ path: "", message: `is nested more than ${MAX_LEVELS} levels deep` }]);
  if (JSON.stringify(value).length > MAX_CHARACTERS)
    throw invalid([{ path: "", message: `is longer than ${MAX_CHARACTERS} characters` }]);
  const given = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  const problems: Problem[] = [];
  const warnings: string[] = [];

  for (const key of Object.keys(given))
    if (!KNOWN_KEYS.has(key)) warnings.push(`plugin.json: unknown key ${key} is ignored`);
  if ("lib" in given) warnings.push("plugin.json: lib is ignored; import the file from main instead");

  const parsed = topLevel.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) problems.push({ path: pathOf(issue.path), message: issue.message });

  warnings.push(...unknownJobKeys(given["publicJobs"]));
  const config = readConfigSchema(given["config"] ?? [], problems, warnings);

  const capabilities = given["capabilities"];
  if (capabilities !== undefined)
    for (const { path, message } of capabilityProblems(capabilities))
      problems.push({ path: `capabilities${path}`, message });

  const top = parsed.data;
  const misfit = top?.posthogVersion === undefined ? undefined : posthogVersionProblem(top.posthogVersion);
  if (misfit !== undefined) problems.push({ path: "posthogVersion", message: misfit });
  const ownName = top?.name?.trim() || name?.trim();
  if (top !== undefined && !ownName) problems.push({ path: "name", message: 'is missing; add "name": "My plugin"' });
  if (top?.stateless && config.length > 0)
    problems.push({
      path: "stateless",
      message: "Stateless plugins cannot have a config! Remove stateless or config",
    });
  if (top === undefined || !ownName || problems.length > 0) throw invalid(problems);

  return {
    manifest: {
      name: ownName,
      description: top.description,
      url: top.url ?? null,
      main: top.main ?? null,
      icon: top.icon ?? null,
      posthogVersion: top.posthogVersion ?? null,
      config,
      publicJobs: top.publicJobs,
      schedule: top.schedule,
      stateless: top.stateless,
      capabilities: (capabilities as CapabilityGrants | undefined) ?? null,
    },
    warnings: warnings.slice(0, MAX_REPORTED),
  };
}

function invalid(problems: readonly Problem[]): InvalidPluginError {
  return new InvalidPluginError(
    problems.slice(0, MAX_REPORTED).map(({ path, message }) => ({
      path: path === "" ? "plugin.json" : `plugin.json: ${path}`,
      message,
    })),
  );
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
