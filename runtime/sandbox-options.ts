import type { Capabilities, CapabilityName } from "../wit/generated/contract.ts";
import type { Image } from "./engine/image.ts";
import type { EngineClock } from "./engine/imports.ts";
import type { Limits } from "./limits.ts";
import type { Outcome } from "./outcome.ts";
import type { CallRandom } from "./random.ts";

/** A plugin's code, compiled to one sloppy-mode script. */
export interface PluginScript {
  code: string;
  /** The name its stack frames carry. */
  filename: string;
}

/** A file of the plugin config. Its bytes are served by the capability `attachments`. */
export interface Attachment {
  key: string;
  contentType: string;
  fileName: string;
  /** Bytes. */
  size: number;
}

/** What a capability may know of the call in hand. Live: it changes from call to call. */
export interface CallScope {
  /** Aborted when the call ends, in whatever way. */
  readonly signal: AbortSignal;
  readonly random: CallRandom;
  /**
   * Charges the call for work that is done on its behalf and takes longer than its bytes tell. Called before the work, by synchronous
   * operations and at the start of others.
   * @throws {EngineError} when the call's fuel does not suffice: the work is not to be done
   */
  burn(fuel: number): void;
}

export interface SandboxOptions {
  /** What every sandbox starts from: the engine with the guest library booted in it. */
  image: Image;
  /** What errors call the plugin, such as `plugin "Mine" with config id 7`. */
  self?: string;
  script: PluginScript;
  config: unknown;
  attachments: Attachment[];
  limits: Limits;
  clock: EngineClock;
  /** 32 bytes from which the randomness follows that the plugin's script sees while it is loaded. */
  randomKey: Uint8Array;
  /** Provides the granted capabilities. What is left out does not exist in the guest. */
  provide(scope: CallScope): Partial<Capabilities>;
  /** How a person would grant each capability that is left out. */
  denials: Partial<Record<CapabilityName, string>>;
  /** Asked before the sandbox's linear memory grows by so many bytes; where it answers false, the guest is out of memory. */
  mayGrow?(bytes: number): boolean;
  /**
   * Called whenever the guest can only wait, with the number of answers that it waits for: the place for a virtual
   * clock to move on. `timeout` ends the call as its wall time would.
   */
  onIdle?(pending: number): "timeout" | undefined;
}

/** The plugin's script or discovery failed: a guest failure, told as the outcome it would have been. */
export class PluginLoadError extends Error {
  override readonly name = "PluginLoadError";
  readonly outcome: Outcome;
  readonly guestStack: string;

  constructor(outcome: Outcome, guestStack: string) {
    super(outcome.message ?? outcome.kind);
    this.outcome = outcome;
    this.guestStack = guestStack;
  }
}
