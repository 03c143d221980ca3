/** The most events that go into one request to PostHog. */
export const MAX_BATCH_EVENTS = 500;

/** The most bytes of JSON in one request: a quarter of the 20 MB that PostHog takes. */
export const MAX_BATCH_BYTES = 5 * 1024 * 1024;

export interface BatchLimits {
  maxEvents: number;
  maxBytes: number;
}

/**
 * Takes the next batch from the head of a queue: as many events, in order, as fit into both limits, and always at
 * least one, so that an event above the limit is sent alone and PostHog decides on it. Reads no further than one
 * event past the batch, so that `queued` may be a database cursor.
 *
 * @param queued The queue, oldest first.
 * @param bytesOf The size of one event's JSON in UTF-8 bytes.
 * @param limits Lower limits, for the halves of a batch that PostHog found too large.
 */
export function takeBatch<Queued>(
  queued: Iterable<Queued>,
  bytesOf: (event: Queued) => number,
  limits: BatchLimits = { maxEvents: MAX_BATCH_EVENTS, maxBytes: MAX_BATCH_BYTES },
): Queued[] {
  const batch: Queued[] = [];
  let bytes = 0;
  for (const event of queued) {
    const separator = batch.length > 0 ? 1 : 0;
    bytes += bytesOf(event) + separator;
    if (batch.length > 0 && bytes > limits.maxBytes) break;
    batch.push(event);
    if (batch.length >= limits.maxEvents) break;
  }
  return batch;
}
