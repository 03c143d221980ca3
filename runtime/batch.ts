import type { OutcomeKind } from "../wit/generated/contract.ts";

interface WithUuid {
  uuid?: unknown;
}

/**
 * What became of each event of a batch: results are matched by uuid, events that are not among them were dropped.
 * @param input JSON of the events that went in
 * @param output JSON of the array that came back
 */
export function batchResults(input: string, output: string): { uuid: string; kind: OutcomeKind }[] {
  const kept = new Set((JSON.parse(output) as (WithUuid | null)[]).map((event) => event?.uuid));
  return (JSON.parse(input) as WithUuid[]).map(({ uuid }) => ({
    uuid: String(uuid),
    kind: kept.has(uuid) ? "ok" : "dropped",
  }));
}
