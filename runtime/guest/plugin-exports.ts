import { HANDLERS } from "../../wit/generated/contract.ts";
import type { HandlerName } from "../../wit/generated/contract.ts";
import type { Discovery } from "../protocol.ts";
import { PLUGIN_FUNCTIONS } from "../../wit/plugin-functions.ts";
import type { KeptBuffers } from "./kept-buffers.ts";
import { metricKinds } from "./meta/metrics.ts";
import { GuestTypeError, entries, hasOwn, keys, GuestString } from "./primordials.ts";

/** Functions of PostHog's plugins that are not in the contract. */
const UNCALLED = ["onAction"];

type PluginFunction = (...args: unknown[]) => unknown;

/** Scheduled tasks are found among own keys only, methods by name, prototypes included. */
const isTask = (name: string): boolean => name.startsWith("runEvery");

/** The functions of a plugin, looked up once, when its code has run. */
export class PluginExports {
  readonly #functions: Partial<Record<HandlerName, unknown>> = {};
  /** By index in HANDLERS: what is called. */
  private readonly handlers: unknown[];
  readonly #jobs: Record<string, unknown>;
  /** By name, those that are no handlers. */
  readonly #tasks: Record<string, unknown> = {};
  readonly metrics: Discovery["metrics"];
  /** On functions that PostHog called at some time, and that nothing calls here. */
  readonly #warnings: string[];
  /** What errors call the plugin. */
  private readonly self: string | undefined;
  private readonly buffers: KeptBuffers;

  /**
   * @param scope the global object on which the plugin's script left `exports` and `module`
   * @param self what errors call the plugin
   * @param buffers those that the plugin makes
   */
  constructor(scope: Record<string, unknown>, self: string | undefined, buffers: KeptBuffers) {
    this.self = self;
    this.buffers = buffers;
    const places = searchList(scope);
    for (const name of PLUGIN_FUNCTIONS) {
      const found = lookUp(places, name);
      if (found && !(isTask(name) && typeof found !== "function")) this.#functions[name] = found;
    }
    for (const place of places)
      for (const [name, found] of entries(place))
        if (isTask(name) && !hasOwn(this.#functions, name) && typeof found === "function" && !hasOwn(this.#tasks, name))
          this.#tasks[name] = found;
    const jobs = lookUp(places, "jobs");
    this.#jobs = typeof jobs === "object" && jobs !== null ? (jobs as Record<string, unknown>) : {};
    this.metrics = metricKinds(lookUp(places, "metrics"));
    this.handlers = HANDLERS.map(({ name }) => this.#handler(name));
    this.#warnings = UNCALLED.filter((name) => lookUp(places, name)).map(uncalled);
  }

  describe(): Discovery {
    const handlers = keys(this.#functions) as HandlerName[];
    const jobs = entries(this.#jobs)
      .filter(([, job]) => typeof job === "function")
      .map(([name]) => name);
    const tasks = keys(this.#tasks);
    return {
      handlers,
      tasks,
      jobs,
      metrics: this.metrics,
      warnings: [...this.#warnings, ...(handlers.length + tasks.length > 0 ? [] : unreachable())],
    };
  }

  /**
   * Calls a handler with an event, unbound, as PostHog does.
   * @param index in HANDLERS
   */
  process(index: number, event: unknown, meta: unknown): unknown {
    const handler = this.handlers[index] as PluginFunction;
    return handler(event, meta);
  }

  /** Calls a handler with its arguments. */
  run(index: number, args: unknown[], meta: unknown): unknown {
    const name = HANDLERS[index]?.name;
    if (name === "runJob") return this.#job(String(args[0]))(args[1], meta);
    if (name === "runTask") return this.#task(String(args[0]))(meta);
    if (name === "flushBuffer") return this.buffers.run(args[0], args[1], args[2]);
    const handler = this.handlers[index] as PluginFunction;
    return handler(...(name === "composeWebhook" ? [withDate(args[0])] : args), meta);
  }

  /** The function to call for a handler. A plugin with batches only handles one event as a batch of one. */
  #handler(name: HandlerName): unknown {
    const own = this.#functions[name];
    const batch = this.#functions.processEventBatch as PluginFunction | undefined;
    if (own || name !== "processEvent" || !batch) return own;
    return async (event: unknown, meta: unknown) => ((await batch([event], meta)) as unknown[] | null | undefined)?.[0];
  }

  #task(name: string): PluginFunction {
    const task = hasOwn(this.#tasks, name) ? this.#tasks[name] : undefined;
    if (typeof task !== "function") throw this.#notFound(name);
    return task as PluginFunction;
  }

  #job(name: string): PluginFunction {
    const job = hasOwn(this.#jobs, name) ? this.#jobs[name] : undefined;
    if (typeof job !== "function") throw this.#notFound(name);
    return job as PluginFunction;
  }

  /** PostHog's words. */
  #notFound(name: string): Error {
    return new Error(`Task "${name}" not found${this.self === undefined ? "" : ` for ${this.self}`}`);
  }
}

const uncalled = (name: string): string =>
  `${name} is never called: Hoglet knows nothing of PostHog's actions; use onEvent`;

/** composeWebhook's event carries a Date, which JSON does not. */
function withDate(event: unknown): unknown {
  const { timestamp } = event as { timestamp?: unknown };
  return typeof timestamp === "string" ? { ...(event as object), timestamp: new Date(timestamp) } : event;
}

function searchList(scope: Record<string, unknown>): Record<string, unknown>[] {
  const exported = scope["exports"] as Record<string, unknown> | undefined;
  const module = scope["module"] as { exports: Record<string, unknown> };
  if (module.exports === null || module.exports === undefined)
    throw new GuestTypeError(
      `module.exports is ${GuestString(module.exports)}: assign an object with the plugin's functions to it`,
    );
  const places = [exported, exported?.["default"], module.exports].filter(
    (place): place is Record<string, unknown> => typeof place === "object" && place !== null,
  );
  return places.some((place) => keys(place).length > 0) ? places : [...places, scope];
}

function lookUp(places: Record<string, unknown>[], name: string): unknown {
  for (const place of places) if ((!isTask(name) || hasOwn(place, name)) && place[name]) return place[name];
  return undefined;
}

/** Functions that the author most likely meant to be found: top-level `const` and `let`, which no one outside sees. */
function unreachable(): string[] {
  const indirectEval = eval;
  return PLUGIN_FUNCTIONS.filter((name) => indirectEval(`typeof ${name}`) === "function").map(
    (name) =>
      `${name} is declared with const, let or class at the top level and is not exported: write \`export const ${name} = ...\` or \`function ${name}() {}\``,
  );
}
