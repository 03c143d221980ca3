import { setTimeout as sleep } from "node:timers/promises";

const REQUEST_EVERY_MS = 200;
const EVENTS_OF_A_REQUEST = 2;
const PERSONS = 20;

/** What clients sent. */
export interface Sent {
  /** The uuids of events that were answered with 200. */
  accepted: string[];
  /** How requests ended that were not. */
  refused: string[];
}

/** Sends events as an SDK does, until it is stopped; then it gives what it sent, with the last answer. */
export function startTraffic(url: string, projectKey: string): { sent: Readonly<Sent>; stop(): Promise<Sent> } {
  const sent: Sent = { accepted: [], refused: [] };
  let isOver = false;
  const traffic = (async () => {
    for (let request = 0; !isOver; request++) {
      await sendOne(url, projectKey, request, sent);
      await sleep(REQUEST_EVERY_MS);
    }
    return sent;
  })();
  return {
    sent,
    stop() {
      isOver = true;
      return traffic;
    },
  };
}

async function sendOne(url: string, projectKey: string, request: number, sent: Sent): Promise<void> {
  const batch = Array.from({ length: EVENTS_OF_A_REQUEST }, () => ({
    event: "soak",
    distinct_id: `person ${request % PERSONS}`,
    uuid: crypto.randomUUID(),
    properties: { request },
  }));
  try {
    const answer = await fetch(`${url}/batch/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ api_key: projectKey, batch }),
    });
    const text = await answer.text();
    if (answer.status === 200) sent.accepted.push(...batch.map(({ uuid }) => uuid));
    else sent.refused.push(`${answer.status} ${text}`);
  } catch (error) {
    sent.refused.push(String(error));
  }
}
