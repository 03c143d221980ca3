import type { JsonObject } from "../../runtime/event/event-source.ts";
import { loadSandbox, processIn } from "../engines/hoglet.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { CHAIN_GROUP, CHAIN_LENGTHS, chainSubject } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import { THREE } from "../workload/plugins.ts";
import type { Bench } from "./part.ts";

/** Times chains of plugins, each in a sandbox of its own, that one event passes through. */
export async function measureChain({ image, options, progress }: Bench): Promise<Row[]> {
  progress("chains of plugins");
  const json = eventJson(EVENT_SIZES["1.6 KB"]);
  const chains = CHAIN_LENGTHS.map((length) => Array.from({ length }, () => loadSandbox(image, THREE)));
  const subjects = chains.map((chain): Timed<JsonObject[]> => ({
    name: chainSubject(chain.length),
    prepare: (count) => Array.from({ length: count }, () => JSON.parse(json) as JsonObject),
    async run(events) {
      for (const event of events) for (const sandbox of chain) await processIn(sandbox, event, json.length);
    },
  }));
  const rows = rowsOf(CHAIN_GROUP, await timeInRounds(subjects, options));
  for (const sandbox of chains.flat()) sandbox.dispose();
  return rows;
}
