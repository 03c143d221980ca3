import type { OutcomeKind } from "../wit/generated/contract.ts";

interface WithUuid {
  /** A UUID, or what an earlier plugin made of it. */
  uuid?: unknown;
}

/** Characters of a uuid that are told; a true one has 36. */
const MAX_UUID = 100;

/**
 * What became of each event of a batch: results are matched by uuid, events that are not among them were dropped.
 * @param input JSON of the events that went in
 * @param output JSON of the array that came back
 */
export function batchResults(input: string, output: string): { uuid: string; kind: OutcomeKind }[] {
  const kept = new Set((JSON.parse(output) as (WithUuid | null)[]).map((event) => event?.uuid));
  return (JSON.parse(input) as WithUuid[]).map(({ uuid }) => ({
    uuid: typeof uuid === "string" ? uuid.slice(0, MAX_UUID) : "",
    kind: kept.has(uuid) ? "ok" : "dropped",
  }));
}
