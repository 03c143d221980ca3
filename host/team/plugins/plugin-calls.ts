import type { CallResult, Outcome } from "../../../runtime/outcome.ts";
import type { Image } from "../../../runtime/engine/image.ts";
import { Sandbox } from "../../../runtime/sandbox.ts";
import type { SandboxSnapshot } from "../../../runtime/sandbox.ts";
import type { SandboxOptions } from "../../../runtime/sandbox-options.ts";
import type { HandlerName } from "../../../wit/generated/contract.ts";
import { explainDenials, provideCapabilities } from "../../capabilities/index.ts";
import type { CapabilityContext } from "../../capabilities/index.ts";
import type { Message } from "../../event.ts";
import type { FileCache } from "../../files/file-cache.ts";
import { callFacts, scriptFacts } from "./call-key.ts";
import type { CallKeys } from "./call-key.ts";
import { CallLog } from "./call-log.ts";
import { HeldAttachments } from "./held-attachments.ts";
import { noRequests } from "./invocation.ts";
import type { Invocation, Requests } from "./invocation.ts";
import type { LogEntry } from "../insight/log.ts";
import { Lock } from "./lock.ts";
import type { CallOutcome } from "../insight/outcomes.ts";
import { nameOf } from "./plugin-config.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { CallRecords } from "../recording/call-records.ts";
import type { KeptRecordings } from "../recording/recordings.ts";

export interface PluginCallsDeps extends Omit<
  CapabilityContext,
  "plugin" | "invocation" | "scope" | "files" | "recorder"
> {
  image: Image;
  files: FileCache;
  keys: CallKeys;
  recordings: KeptRecordings;
  now(): number;
}

/** One call of a plugin's function. */
export interface PluginCall {
  function: HandlerName;
  /** JSON texts; none for a function that is given a message's event. */
  args?: (string | undefined)[];
  /** The events in hand, if any. */
  messages: readonly Message[];
  /** Hands the event of the first message over, with what its JSON takes: characters, about. What the plugin changes is changed in the message. */
  eventSize?: number;
  /** How many `posthog.capture` calls led to this one. */
  hops: number;
  ingestId: string;
  /** Whether the caller wants what the call writes to the log. */
  keepsLog?: boolean;
  /** The time that the plugin sees, in milliseconds since the epoch; it stands still during a call. */
  at: number;
}

export interface PluginResult extends CallResult {
  outcome: CallOutcome;
  requests: Requests;
  /** What the call wrote to the log, if that was asked for. */
  log?: LogEntry[];
  /** Whether the function was called at all; not when the plugin could not be set up. */
  ran: boolean;
  /** Whether the call was ended by a kill switch. It is not the plugin's failure: what has to be done is done when the plugin runs again. */
  wasStopped?: true;
}

/** The calls of one plugin: what surrounds them, and what they leave behind. One call at a time; others wait. */
export class PluginCalls {
  readonly #config: PluginConfig;
  readonly #deps: PluginCallsDeps;
  readonly #log: CallLog;
  readonly #turn = new Lock();
  readonly #attachments: HeldAttachments;
  readonly #records: CallRecords;
  #invocation: Invocation;
  /** Where the call in hand is. */
  #busy: Sandbox | undefined;
  #stoppedFor: string | undefined;

  constructor(config: PluginConfig, deps: PluginCallsDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#log = new CallLog(deps.log, config.id);
    this.#attachments = new HeldAttachments(config.attachments, deps.files);
    this.#records = new CallRecords(config, deps);
    this.#invocation = { now: deps.now, hostNow: deps.now, messages: [], hops: 0, requests: noRequests() };
  }

  /**
   * Boots a sandbox and runs the plugin's script in it.
   * @throws {PluginLoadError} when the script fails
   */
  async load(mayGrow: (bytes: number) => boolean): Promise<Sandbox> {
    const sandbox = await this.#attachments.during(() =>
      this.#records.load(this.#invocation.now(), () => Sandbox.load(this.#options(mayGrow))),
    );
    this.#deps.meter.spend("fuel_per_day", sandbox.fuelOfScript);
    return sandbox;
  }

  /** Starts a sandbox where another was after its setup. */
  restore(snapshot: SandboxSnapshot, mayGrow: (bytes: number) => boolean): Sandbox {
    return this.#records.restore(() => Sandbox.restore(this.#options(mayGrow), snapshot));
  }

  #options(mayGrow: (bytes: number) => boolean): SandboxOptions {
    const { config, attachments, limits, script, revision } = this.#config;
    return {
      image: this.#deps.image,
      self: nameOf(this.#config),
      script,
      config,
      attachments: attachments.map(({ key, contentType, fileName, size }) => ({ key, contentType, fileName, size })),
      limits,
      randomKey: this.#deps.keys.derive(scriptFacts(revision)),
      clock: { now: () => this.#invocation.now(), utcOffset: () => 0 },
      denials: explainDenials(this.#config),
      provide: (scope) =>
        provideCapabilities({
          ...this.#deps,
          log: this.#log,
          plugin: this.#config,
          files: this.#attachments.file,
          recorder: this.#records.recorder,
          scope,
          invocation: this.#live(),
        }),
      mayGrow,
    };
  }

  run(sandbox: Sandbox, call: PluginCall): Promise<PluginResult> {
    return this.#turn.run(() => this.#run(sandbox, call));
  }

  /**
   * Ends the call in hand and those that wait for their turn, as `denied`. What they have asked for and was not done yet is forgotten.
   * @param reason for people
   */
  stop(reason: string): void {
    this.#stoppedFor = reason;
    this.#busy?.abandon(reason);
  }

  async #run(sandbox: Sandbox, call: PluginCall): Promise<PluginResult> {
    const requests = noRequests();
    this.#invocation = {
      now: () => call.at,
      hostNow: this.#deps.now,
      messages: call.messages,
      hops: call.hops,
      requests,
    };
    const { function: name, args = [], eventSize } = call;
    const [first] = call.messages;
    const { keys, now } = this.#deps;
    const begun = now();
    const told = { function: labelOf(call), eventUuid: uuidOf(call.messages) };
    this.#records.begin();
    this.#log.beginCall(told, call.keepsLog ?? false);
    const result = await this.#holding(sandbox, () =>
      sandbox.call({
        function: name,
        args,
        ...(eventSize !== undefined && first && { event: first.event, eventSize }),
        randomKey: () => keys.derive(callFacts(this.#config, call)),
      }),
    );
    this.#deps.meter.spend("fuel_per_day", result.outcome.fuel);
    const log = this.#log.endCall();
    this.logFailure(result.outcome, told.eventUuid);
    const ended = this.#records.end(call, result, sandbox.discovery.handlers.includes("setupPlugin"));
    const outcome = { ...ended, ms: now() - begun };
    const end = { ...result, outcome, ran: true, ...(log && { log }) };
    const wasStopped = this.#stoppedFor !== undefined && sandbox.lost;
    return wasStopped ? { ...end, requests: noRequests(), wasStopped } : { ...end, requests };
  }

  /** Makes a call with the attachments at hand, which can be stopped meanwhile. */
  async #holding(sandbox: Sandbox, make: () => Promise<CallResult>): Promise<CallResult> {
    if (this.#stoppedFor !== undefined) sandbox.abandon(this.#stoppedFor);
    this.#busy = sandbox;
    try {
      return await this.#attachments.during(make);
    } finally {
      this.#busy = undefined;
    }
  }

  /** Tells the log of a plugin's errors, those that it left unhandled too. */
  logFailure({ function: name, kind, message, unhandled = [] }: Outcome, eventUuid: string | null = null): void {
    const messages = unhandled.map((rejection) => `${name}: unhandled rejection: ${rejection}`);
    if (kind !== "ok" && kind !== "dropped") messages.unshift(`${name || "the script"}: ${message ?? kind}`);
    const by = { source: "PLUGIN", type: "ERROR", function: name || null, eventUuid } as const;
    for (const each of messages) this.#deps.log.write({ ...by, pluginConfigId: this.#config.id, message: each });
  }

  /** Capabilities are made once for a sandbox, and ask here for the call of the moment. */
  #live(): Invocation {
    const current = () => this.#invocation;
    return {
      now: () => current().now(),
      hostNow: () => current().hostNow(),
      get messages() {
        return current().messages;
      },
      get hops() {
        return current().hops;
      },
      get requests() {
        return current().requests;
      },
    };
  }
}

/** Characters of what a plugin before may have made of an event's uuid. */
const MAX_UUID = 200;

/** The event of a call for a single one. */
function uuidOf([only, another]: readonly Message[]): string | null {
  const uuid: unknown = another === undefined ? only?.event.uuid : undefined;
  return typeof uuid === "string" ? uuid.slice(0, MAX_UUID) : null;
}

/** As outcomes name it: a job by its own name. */
function labelOf({ function: name, args }: PluginCall): string {
  return name === "runJob" ? `jobs.${String(JSON.parse(args?.[0] ?? '""'))}` : name;
}
