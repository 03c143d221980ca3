import { OPERATIONS } from "../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../wit/generated/contract.ts";
import { ContractError, fromJson, fromWire, parseJson, toJson } from "../wit/codec.ts";
import type { Operation } from "../wit/type.ts";
import type { Value } from "./engine/marshal.ts";
import { HostError } from "./host-error.ts";
import { COMPLETE, REPORT } from "./protocol.ts";
import type { HostReply, Report } from "./protocol.ts";

/** The answer to an asynchronous operation, ready to be handed to the guest. */
export interface Reply {
  id: number;
  json: string;
  buffers: Uint8Array[];
}

type Provided = Record<string, (...args: unknown[]) => unknown>;

/**
 * The host's side of the trust boundary. Every argument that comes from a guest is checked here against the
 * contract, and only capabilities that were provided can be reached.
 */
export class Boundary {
  #capabilities: Partial<Record<CapabilityName, Provided>> = {};
  #replies: Reply[] = [];
  #pending = 0;
  #report: Report | undefined;
  #wake: () => void = () => undefined;
  #failure: { error: unknown } | undefined;
  #closed = false;

  /** Sets what the guest can reach. */
  provide(capabilities: Partial<Capabilities>): void {
    this.#capabilities = capabilities as Partial<Record<CapabilityName, Provided>>;
  }

  /** Starts a new call: what the last one reported is forgotten. */
  begin(): void {
    this.#report = undefined;
  }

  /** After this, answers that are still on their way are dropped. */
  close(): void {
    this.#closed = true;
    this.#replies = [];
    this.#wake();
  }

  get report(): Report | undefined {
    return this.#report;
  }

  /** How many answers the guest waits for. */
  get pending(): number {
    return this.#pending;
  }

  /** The next answer for the guest, if one is ready. Throws what a capability failed with, when the host is to blame. */
  takeReply(): Reply | undefined {
    if (this.#failure) throw this.#failure.error;
    return this.#replies.shift();
  }

  /** Resolves when an answer is ready, or when `wake` is called. */
  async nextReply(): Promise<void> {
    if (this.#replies.length > 0 || this.#failure) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }

  /**
   * Serves one call of the guest's host function: operation number, JSON, byte arrays.
   * @throws {ContractError} for a message that the guest's bridge does not write: the plugin tampered with it
   */
  serve([number, json, ...rest]: Value[]): Value | Value[] {
    if (number === COMPLETE) {
      this.#report ??= fromJson(REPORT, json, [], "report") as Report;
      return undefined;
    }
    const operation: Operation | undefined = typeof number === "number" ? OPERATIONS[number] : undefined;
    if (!operation) throw new ContractError(`the contract has no operation ${String(number)}`);
    const buffers = rest.filter((value) => value instanceof Uint8Array);
    const place = placeOf(operation);
    const message = parseJson(json, place);
    const [id, args] = Array.isArray(message) ? (message as unknown[]) : [];
    if (typeof id !== "number" || !Array.isArray(args))
      throw new ContractError(`${place}: expected a call number and arguments`);
    if (!operation.async) return this.#answerNow(operation, args, buffers);
    this.#start(operation, id, args, buffers);
    return undefined;
  }

  #answerNow(operation: Operation, args: unknown[], buffers: Uint8Array[]): Value | Value[] {
    try {
      const { json, buffers: out } = encodeReply(operation, this.#invoke(operation, args, buffers));
      return out.length > 0 ? [json, ...out] : json;
    } catch (error) {
      return encodeError(error).json;
    }
  }

  #start(operation: Operation, id: number, args: unknown[], buffers: Uint8Array[]): void {
    let message: Promise<Message>;
    try {
      message = Promise.resolve(this.#invoke(operation, args, buffers)).then(
        (value) => encodeReply(operation, value),
        encodeError,
      );
    } catch (error) {
      message = Promise.resolve(encodeError(error));
    }
    this.#pending++;
    message.then(
      (reply) => this.#settle(() => this.#replies.push({ id, ...reply })),
      (error: unknown) => this.#settle(() => (this.#failure ??= { error })),
    );
  }

  #settle(note: () => void): void {
    this.#pending--;
    if (this.#closed) return;
    note();
    this.#wake();
  }

  #invoke(operation: Operation, args: unknown[], buffers: Uint8Array[]): unknown {
    const place = placeOf(operation);
    const provided = this.#capabilities[operation.interface as CapabilityName]?.[operation.name];
    if (!provided) throw new HostError("DeniedError", `${place} is not granted`);
    return provided(
      ...operation.params.map(([name, type], i) => fromWire(type, args[i], buffers, `${place}(${name})`)),
    );
  }
}

type Message = Omit<Reply, "id">;

const placeOf = (operation: Operation): string => `${operation.interface}.${operation.name}`;

function encodeReply(operation: Operation, value: unknown): Message {
  const buffers: Uint8Array[] = [];
  const json = operation.result === null ? "{}" : `{"ok":${toJson(operation.result, value, buffers)}}`;
  return { json, buffers };
}

/** Only errors that are meant for the plugin reach it; anything else is the host's own failure and is thrown on. */
function encodeError(error: unknown): Message {
  if (!(error instanceof HostError || error instanceof ContractError)) throw error;
  const reply: HostReply = { error: { name: error.name, message: error.message } };
  return { json: JSON.stringify(reply), buffers: [] };
}
