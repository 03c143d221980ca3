/** What went out to somebody, and what came back. Plain JSON. */
export interface EgressCounts {
  /** Requests that left, each redirect for itself. */
  requests: number;
  /** How many were answered with a status of which class, such as `2xx`. */
  answers: Record<string, number>;
  /** Requests that left and had no answer. */
  failed: number;
  /** Requests that did not leave: no grant, no public address, too many. */
  refused: number;
  /** Bytes of addresses, headers and bodies of requests. */
  bytesOut: number;
  /** Bytes of bodies of answers, as far as they were read. */
  bytesIn: number;
}

export const noEgress = (): EgressCounts => ({
  requests: 0,
  answers: {},
  failed: 0,
  refused: 0,
  bytesOut: 0,
  bytesIn: 0,
});

/** Adds what was counted elsewhere, or since. */
export function addEgress(to: EgressCounts, counts: Readonly<Partial<EgressCounts>>): void {
  const { requests = 0, answers = {}, failed = 0, refused = 0, bytesOut = 0, bytesIn = 0 } = counts;
  to.requests += requests;
  to.failed += failed;
  to.refused += refused;
  to.bytesOut += bytesOut;
  to.bytesIn += bytesIn;
  for (const [status, count] of Object.entries(answers)) to.answers[status] = (to.answers[status] ?? 0) + count;
}
