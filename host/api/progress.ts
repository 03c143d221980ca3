import type { ApiError } from "./api-error.ts";
import { eventStream, eventText } from "./event-stream.ts";
import type { Progress } from "./route.ts";

/**
 * Answers with a stream of events while something runs: `progress` for each step, at the end `result` with what came of it, or `problem`.
 * The status is 200 in any case, as it is sent before anything is known.
 */
export function streamProgress(
  run: (tell: (progress: Progress) => void) => Promise<unknown>,
  problemOf: (error: unknown) => ApiError,
): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let sent: Promise<void> = Promise.resolve();
  const send = (event: string, data: unknown): void => {
    const text = eventText(event, data);
    // A client that has gone does not stop what it began.
    sent = sent.then(() => writer.write(encoder.encode(text))).catch(() => undefined);
  };
  const work = run((progress) => send("progress", progress))
    .then((told) => send("result", told ?? null))
    .catch((error: unknown) => send("problem", problemOf(error)))
    .then(() => sent)
    .then(() => writer.close())
    .catch(() => undefined);
  void work;
  return eventStream(readable);
}
