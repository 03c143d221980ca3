/** The wait after the first failure. */
export const FIRST_WAIT_MS = 1000;

/** The longest wait between attempts: an upstream that comes back after hours is noticed within this time. */
export const LONGEST_WAIT_MS = 5 * 60 * 1000;

/** The longest wait that an upstream can ask for, so that a wrong `Retry-After` does not stop delivery for days. */
export const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;

/**
 * How long to wait before the next attempt. Doubles from one second up to five minutes, of which the second half
 * is random, so that teams that failed together do not return together. It never gives up: that is not its job.
 *
 * @param attempt How many attempts have failed so far, 1 or more; may grow without end.
 * @param random A number from 0 to 1.
 * @param retryAfterMs What the upstream asked for. Takes precedence, between one second and one hour.
 */
export function backoffMs(attempt: number, random: number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) {
    return Math.min(Math.max(retryAfterMs, FIRST_WAIT_MS), LONGEST_RETRY_AFTER_MS);
  }
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.max(attempt - 1, 0), LONGEST_WAIT_MS);
  return Math.round(wait / 2 + (wait / 2) * random);
}
