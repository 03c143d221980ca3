import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../errors.ts";
import type { ApiPath, Asked } from "./api.ts";
import type { ServerClient, ServerEvent } from "./client.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A server that has said nothing for so long has gone without a word: it speaks every 20 seconds. */
const SILENCE_MS = 60_000;

/**
 * The events of an answer that goes on, over as many connections as it takes: each asks for what follows the last event.
 * @param signal ends it
 * @throws {ApiError} what the server refuses, and when it cannot be reached the first time
 */
export async function* followEvents<Path extends ApiPath>(
  client: ServerClient,
  path: Path,
  sent: Asked<Path>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let lastEventId: string | undefined;
  for (let failures = 0; !signal.aborted; failures++) {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const options = { lastEventId, signal: AbortSignal.any([signal, silence.signal]) };
      for await (const event of client.listen(path, sent, options)) {
        timer.refresh();
        failures = 0;
        lastEventId = event.id ?? lastEventId;
        if (event.data !== undefined) yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError) || lastEventId === undefined || isForGood(error)) throw error;
    } finally {
      clearTimeout(timer);
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    // It ends with the signal, and that is no failure.
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

const isForGood = ({ status }: ApiError): boolean =>
  status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;
