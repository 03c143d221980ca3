import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { UserError } from "./user-error.ts";

const DEFAULT_PORT = 8787;

/** The port that `PORT` asks for, 8787 when it is unset or empty. */
export function readPort(value: string | undefined): number {
  if (!value) return DEFAULT_PORT;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new UserError(`PORT must be a whole number from 1 to 65535, and it is ${JSON.stringify(value)}.`);
  return port;
}

/** @throws UserError when something listens on the port already */
export async function assertPortFree(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE")
      throw new UserError(
        `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`,
      );
    if (code === "EACCES")
      throw new UserError(`Port ${port} needs more rights than you have. Choose one above 1023: PORT=8787 npm start`);
    throw error;
  }
}

/** Waits until nothing listens on a port any more, or `timeoutMs` have gone by. */
export async function waitUntilPortFree(port: number, timeoutMs: number): Promise<void> {
  for (let waited = 0; waited < timeoutMs; waited += 50) {
    try {
      await listenOnce(port);
      return;
    } catch {
      await sleep(50);
    }
  }
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

async function listenOnce(port: number): Promise<number> {
  // Whoever is waiting for a server on this port is not to be kept waiting by this one.
  const server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address with a port");
  return address.port;
}
