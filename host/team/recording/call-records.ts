import type { CallResult } from "../../../runtime/outcome.ts";
import { PluginLoadError } from "../../../runtime/sandbox-options.ts";
import type { PosthogAccount } from "../../capabilities/posthog-api.ts";
import { callFacts, scriptFacts } from "../plugins/call-key.ts";
import type { CallKeys } from "../plugins/call-key.ts";
import type { CallOutcome } from "../insight/outcomes.ts";
import type { PluginCall } from "../plugins/plugin-calls.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { failureWith } from "../insight/failure-sample.ts";
import { describeCall } from "./describe-call.ts";
import type { RecordedCall } from "./describe-call.ts";
import { Recorder } from "./recorder.ts";
import type { KeptRecordings } from "./recordings.ts";

interface CallRecordsDeps {
  keys: CallKeys;
  recordings: KeptRecordings;
  account(): PosthogAccount | null;
}

/** Keeps each failed call of one plugin, with what it and the setup before it were answered. Of others nothing is left. */
export class CallRecords {
  readonly recorder = new Recorder();
  readonly #config: PluginConfig;
  readonly #deps: CallRecordsDeps;
  #setup: RecordedCall | undefined;
  #earlier = 0;

  constructor(config: PluginConfig, deps: CallRecordsDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /**
   * Loads a sandbox.
   * @param at the time that its script sees
   * @throws {PluginLoadError} with the number of the recording in its outcome
   */
  load<Loaded>(at: number, load: () => Loaded): Loaded {
    this.#restart();
    try {
      return load();
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      const call: PluginCall = { function: "setupPlugin", messages: [], hops: 0, ingestId: "load", at };
      throw new PluginLoadError(
        this.#keep(call, { outcome: error.outcome, stack: error.guestStack }, []),
        error.guestStack,
      );
    }
  }

  /** A sandbox goes on where another was after its setup, which then has had no answer that could have been another one. */
  restore<Restored>(restore: () => Restored): Restored {
    this.#restart();
    return restore();
  }

  /** Starts a call. */
  begin(): void {
    this.recorder.begin();
  }

  /**
   * Ends it.
   * @param hasSetup whether the plugin has a setupPlugin
   * @returns the outcome, if it failed with the number of the call's recording and what it was like
   */
  end(call: PluginCall, result: Pick<CallResult, "outcome" | "handedOver" | "stack">, hasSetup: boolean): CallOutcome {
    const { kind } = result.outcome;
    const isSetup = call.function === "setupPlugin";
    const isFailure = kind !== "ok" && kind !== "dropped";
    const outcome = isFailure ? this.#keep(call, result, this.#keysOf(call, hasSetup)) : result.outcome;
    if (isSetup && !isFailure) this.#setup = { call, answers: this.recorder.take() };
    else this.#earlier++;
    return outcome;
  }

  #restart(): void {
    this.#setup = undefined;
    this.#earlier = 0;
    this.recorder.begin();
  }

  #keep(
    call: PluginCall,
    result: Pick<CallResult, "outcome" | "handedOver" | "stack">,
    keys: Uint8Array[],
  ): CallOutcome {
    const recording = this.#deps.recordings.keep(
      describeCall({
        config: this.#config,
        account: this.#deps.account(),
        call,
        answers: this.recorder.answers,
        result,
        setup: this.#setup,
        keys: [this.#deps.keys.derive(scriptFacts(this.#config.revision)), ...keys],
        earlier: this.#earlier,
      }),
    );
    const failure = failureWith(call.messages[0]?.event, result.stack);
    return { ...result.outcome, failure, ...(recording !== undefined && { recording }) };
  }

  /** What was not drawn from makes no difference, and holds its place. */
  #keysOf(call: PluginCall, hasSetup: boolean): Uint8Array[] {
    const { keys } = this.#deps;
    const own = keys.derive(callFacts(this.#config, call));
    if (!hasSetup || call.function === "setupPlugin") return [own];
    return [keys.derive(callFacts(this.#config, this.#setup?.call ?? call)), own];
  }
}
