import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPTS = 12;
const PAUSE_MS = 5_000;

/**
 * Sends one event through the deployed Worker. A new workers.dev address takes up to a minute to answer, so it tries for that long.
 * @returns undefined when it was accepted, else what came instead
 */
export async function sendEvent(
  url: string,
  projectKey: string,
  pauseMs: number = PAUSE_MS,
): Promise<string | undefined> {
  const body = JSON.stringify({ api_key: projectKey, event: "hoglet deployed", distinct_id: "hoglet" });
  let last = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(pauseMs);
    try {
      const response = await fetch(`${url}/e/`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
      if (response.ok) return undefined;
    } catch (error) {
      last = String(error instanceof Error && error.cause ? error.cause : error);
    }
  }
  return last;
}
