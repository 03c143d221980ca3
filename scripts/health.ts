import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks a local server for its health until it says that all is well, which it does with a 200.
 * @param host the Host header to send: with `ADMIN_HOST` set, the API answers on that host alone
 */
export async function waitUntilHealthy(port: number, host: string | undefined, signal: AbortSignal): Promise<void> {
  while ((await healthStatus(port, host, signal)) !== 200) await sleep(100, undefined, { signal });
}

function healthStatus(port: number, host: string | undefined, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { host: host ?? `localhost:${port}` };
    request({ host: "127.0.0.1", port, path: "/api/health", headers, signal }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      // Nothing listens yet.
      .on("error", () => resolve(undefined))
      .end();
  });
}
