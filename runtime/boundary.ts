import { OPERATIONS } from "../wit/generated/contract.ts";
import type { Capabilities, CapabilityName } from "../wit/generated/contract.ts";
import { ContractError, fromJson, fromWire, parseJson, toJson } from "../wit/codec.ts";
import type { Operation } from "../wit/type.ts";
import { Allowance } from "./allowance.ts";
import type { Value } from "./engine/heap.ts";
import { HostError } from "./host-error.ts";
import type { Limits } from "./limits.ts";
import { requestModule } from "./module-sources.ts";
import { CHANGED, COMPLETE, MODULE, REPORT, RETURNED, SEED } from "./protocol.ts";
import type { HostReply, Report } from "./protocol.ts";

/** The answer to an asynchronous operation, ready to be handed to the guest. */
export interface Reply {
  id: number;
  json: string;
  buffers: Uint8Array[];
}

/** How the guest says that a call ended: a report, or that it returned the event it was given, whose changes it has told. */
export type GuestReport = Report | { tag: "changed" };

/** Capabilities, and operations of others, that give the same answer to the same question, or none. */
const REPEATABLE: readonly string[] = [
  "attachments",
  "encoding",
  "intl",
  "log",
  "mmdb",
  "url",
  "zlib",
  "crypto.digest",
  "crypto.hmac",
  "crypto.readKey",
  "crypto.verify",
  "crypto.cipher",
  "crypto.pbkdf2",
  "crypto.scrypt",
] satisfies (CapabilityName | `${CapabilityName}.${string}`)[];

type Provided = Record<string, (...args: unknown[]) => unknown>;

/**
 * The host's side of the trust boundary. Every argument that comes from a guest is checked here against the
 * contract, only capabilities that were provided can be reached, and what a call uses of them is counted.
 */
export class Boundary {
  readonly #limits: Limits;
  readonly #drawSeed: () => readonly number[];
  #allowance: Allowance;
  #capabilities: Partial<Record<CapabilityName, Provided>> = {};
  #replies: Reply[] = [];
  #pending = 0;
  #unref = 0;
  #report: GuestReport | undefined;
  #wake: () => void = () => undefined;
  #failure: { error: unknown } | undefined;
  #closed = false;
  #isTouched = false;

  /** @param drawSeed gives the four words that the guest's Math.random starts from */
  constructor(limits: Limits, drawSeed: () => readonly number[]) {
    this.#limits = limits;
    this.#drawSeed = drawSeed;
    this.#allowance = new Allowance(limits);
  }

  /** Sets what the guest can reach. */
  provide(capabilities: Partial<Capabilities>): void {
    this.#capabilities = capabilities as Partial<Record<CapabilityName, Provided>>;
  }

  /** Starts a new call: what the last one reported and used is forgotten. */
  begin(): void {
    this.#report = undefined;
    this.#allowance = new Allowance(this.#limits);
  }

  /** After this, answers that are still on their way are dropped. */
  close(): void {
    this.#closed = true;
    this.#replies = [];
    this.#wake();
  }

  get report(): GuestReport | undefined {
    return this.#report;
  }

  /** Whether nothing is under way, and no answer waits to be taken. */
  get isQuiet(): boolean {
    return this.#pending === 0 && this.#replies.length === 0 && !this.#failure;
  }

  /** Whether the guest waits for nothing but timers that no call waits for. */
  get isIdle(): boolean {
    return this.#pending > 0 && this.#pending === this.#unref && this.#replies.length === 0 && !this.#failure;
  }

  /** Whether the guest has ever used a capability whose answer may be another one next time, or that leaves something behind. */
  get isTouched(): boolean {
    return this.#isTouched;
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

  /** Takes note that the call ended by returning an event whose changes are known. */
  completeWithEvent(): void {
    this.#report ??= { tag: "changed" };
  }

  /**
   * Serves one call of the guest's host function: operation number, JSON, byte arrays.
   * @throws {ContractError} for a message that the guest's bridge does not write: the plugin tampered with it
   * @throws {LimitError} when the call has used up what it may
   */
  serve(number: Value, json: Value, rest: readonly Value[]): Value | readonly Value[] {
    switch (number) {
      case COMPLETE:
        this.#report ??= fromJson(REPORT, json, [], "report") as Report;
        return undefined;
      case RETURNED: {
        const [type, truthy] = rest;
        if (typeof type !== "string" || typeof truthy !== "boolean" || (json !== undefined && typeof json !== "string"))
          throw new ContractError("a returned value: expected JSON, a type and a truth");
        this.#report ??= { tag: "returned", val: { type, truthy, ...(json !== undefined && { json }) } };
        return undefined;
      }
      case CHANGED:
        this.completeWithEvent();
        return undefined;
      case SEED:
        this.#isTouched = true;
        return JSON.stringify(this.#drawSeed());
      case MODULE:
        return requestModule(json);
      default:
        return this.#serveOperation(number, json, rest);
    }
  }

  #serveOperation(number: Value, json: Value, rest: readonly Value[]): Value | readonly Value[] {
    const operation: Operation | undefined = typeof number === "number" ? OPERATIONS[number] : undefined;
    if (!operation) throw new ContractError(`the contract has no operation ${String(number)}`);
    const buffers = rest.filter((value) => value instanceof Uint8Array);
    const size = buffers.reduce((sum, { length }) => sum + length, typeof json === "string" ? json.length : 0);
    this.#allowance.begin(operation, size);
    const place = placeOf(operation);
    this.#isTouched ||= !REPEATABLE.includes(operation.interface) && !REPEATABLE.includes(place);
    const message = parseJson(json, place);
    const [id, args] = Array.isArray(message) ? (message as unknown[]) : [];
    if (typeof id !== "number" || !Array.isArray(args))
      throw new ContractError(`${place}: expected a call number and arguments`);
    if (!operation.async) return this.#answerNow(operation, args, buffers);
    this.#start(operation, id, args, buffers);
    return undefined;
  }

  #answerNow(operation: Operation, args: unknown[], buffers: Uint8Array[]): Value | readonly Value[] {
    const { json, buffers: out } = attempt(() => encodeReply(operation, this.#invoke(operation, args, buffers)));
    this.#allowance.receive(sizeOf(json, out));
    return out.length > 0 ? [json, ...out] : json;
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
    const allowance = this.#allowance;
    const isUnref = operation.interface === "timers" && operation.name === "sleepUnref";
    this.#pending++;
    if (isUnref) this.#unref++;
    message.then(
      (reply) =>
        this.#settle(() => {
          if (isUnref) this.#unref--;
          allowance.end(operation);
          allowance.receive(sizeOf(reply.json, reply.buffers));
          this.#replies.push({ id, ...reply });
        }),
      (error: unknown) => this.#settle(() => this.#fail(error)),
    );
  }

  #settle(note: () => void): void {
    this.#pending--;
    if (this.#closed) return;
    try {
      note();
    } catch (error) {
      this.#fail(error);
    }
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
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

const sizeOf = (json: string, buffers: readonly Uint8Array[]): number =>
  buffers.reduce((sum, { length }) => sum + length, json.length);

function attempt(make: () => Message): Message {
  try {
    return make();
  } catch (error) {
    return encodeError(error);
  }
}

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
