import { connect } from "node:net";
import type { Socket } from "node:net";

/** An error that the server answered with, such as `ERR syntax error`. */
export class RespError extends Error {}

/** Bulk strings are bytes; a simple string such as `OK` is a string. */
export type RespValue = Buffer | string | number | null | RespError | RespValue[];

/** One connection to a Redis server. Commands are answered in the order in which they were written. */
export class RespConnection {
  readonly #socket: Socket;
  readonly #waiting: ((value: RespValue) => void)[] = [];
  #received: Buffer = Buffer.alloc(0);

  /** @param path the server's Unix socket */
  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  /** Writes one command. An error of the server is a value here. */
  send(command: readonly string[]): Promise<RespValue> {
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    this.#socket.write(`*${command.length}\r\n${parts.join("")}`);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let read = readValue(this.#received, 0); read; read = readValue(this.#received, 0)) {
      this.#received = this.#received.subarray(read.end);
      this.#waiting.shift()?.(read.value);
    }
  }
}

/** The value that starts at an index and the index behind it, or undefined when it has not all come yet. */
function readValue(bytes: Buffer, start: number): { value: RespValue; end: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case "+":
      return { value: line, end };
    case "-":
      return { value: new RespError(line), end };
    case ":":
      return { value: Number(line), end };
    case "$": {
      const length = Number(line);
      if (length < 0) return { value: null, end };
      if (bytes.length < end + length + 2) return undefined;
      return { value: bytes.subarray(end, end + length), end: end + length + 2 };
    }
    case "*":
      return Number(line) < 0 ? { value: null, end } : readList(bytes, Number(line), end);
    default:
      throw new Error(`not RESP: ${line}`);
  }
}

function readList(bytes: Buffer, length: number, start: number): { value: RespValue[]; end: number } | undefined {
  const value: RespValue[] = [];
  let end = start;
  while (value.length < length) {
    const read = readValue(bytes, end);
    if (!read) return undefined;
    value.push(read.value);
    end = read.end;
  }
  return { value, end };
}
