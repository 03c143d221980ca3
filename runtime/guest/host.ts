import { fromWire, toJson } from "../../wit/codec.ts";
import type { HostCall } from "../../wit/generated/guest.ts";
import type { Type } from "../../wit/type.ts";
import { CHANGED, COMPLETE, MODULE, REPORT, RETURNED, SEED } from "../protocol.ts";
import type { HostReply, Report } from "../protocol.ts";
import { makeError } from "./globals/errors.ts";
import { GuestPromise, GuestUint8Array, emptyTable, isArray, parse } from "./primordials.ts";

/** The host's one function: an operation number, its arguments as JSON, and the byte arrays the JSON refers to. */
export type HostFunction = (
  operation: number,
  json?: string,
  ...rest: (ArrayBuffer | string | boolean)[]
) => string | [string, ...ArrayBuffer[]] | undefined;

interface Pending {
  result: Type | null;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Both directions of the boundary, as the guest sees it. */
export interface Host {
  call: HostCall;
  /** Settles the asynchronous operation with this number. Called by the host. */
  settle(id: number, json: string, ...buffers: ArrayBuffer[]): void;
  /** Tells the host how the call in hand ended. */
  complete(report: Report): void;
  /** Tells the host that it ended by returning a value: its JSON, if it has one, its type, and whether it is truthy. */
  completeWithValue(json: string | undefined, type: string, truthy: boolean): void;
  /** Tells the host that it ended with the event it was given, whose changes have been told. */
  completeWithEvent(): void;
  /** Offers the host an event that was returned: it takes plain data as it lies. @returns whether it did, which completes the call */
  completeWithData(event: object): boolean;
  /** Four 32-bit words that no other call is given. */
  drawSeed(): [number, number, number, number];
  /** The source of a module, or a list with the reason why there is none. */
  requestModule(name: string): unknown;
}

/** @param returnEvent the way to return an event without writing it out */
export function connectHost(host: HostFunction, returnEvent: (event: object) => boolean): Host {
  const pending = emptyTable<Pending>();
  let lastId = 0;

  const send = (operation: number, id: number, params: readonly Type[], args: readonly unknown[]) => {
    const buffers: Uint8Array[] = [];
    const wire = toJson({ tuple: params }, args, buffers);
    return host(operation, `[${id},${wire}]`, ...buffers.map(exactBuffer));
  };

  return {
    call: {
      sync<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): T {
        const answer = send(operation, 0, params, args);
        const [json, ...buffers] = isArray(answer) ? answer : [answer];
        return unwrap(json ?? "{}", buffers, result) as T;
      },
      async<T>(operation: number, params: readonly Type[], result: Type | null, args: readonly unknown[]): Promise<T> {
        return new GuestPromise<unknown>((resolve, reject) => {
          const id = ++lastId;
          pending[id] = { result, resolve, reject };
          send(operation, id, params, args);
        }) as Promise<T>;
      },
    },
    settle(id, json, ...buffers) {
      const call = pending[id];
      if (!call) return;
      delete pending[id];
      try {
        call.resolve(unwrap(json, buffers, call.result));
      } catch (error) {
        call.reject(error);
      }
    },
    complete(report) {
      host(COMPLETE, toJson(REPORT, report, []));
    },
    completeWithValue(json, type, truthy) {
      host(RETURNED, json, type, truthy);
    },
    completeWithEvent() {
      host(CHANGED);
    },
    completeWithData: returnEvent,
    drawSeed: () => parse(host(SEED, "") as string) as [number, number, number, number],
    requestModule: (name) => host(MODULE, name),
  };
}

function unwrap(json: string, buffers: ArrayBuffer[], result: Type | null): unknown {
  const reply = parse(json) as HostReply;
  if (reply.error) throw makeError(reply.error.name, reply.error.message);
  if (result === null) return undefined;
  return fromWire(
    result,
    reply.ok,
    buffers.map((buffer) => new GuestUint8Array(buffer)),
    "result",
  );
}

/** The bytes of a view alone: the host copies whole ArrayBuffers, and a view may show a part of one. */
function exactBuffer(view: Uint8Array): ArrayBuffer {
  return new GuestUint8Array(view).buffer;
}
