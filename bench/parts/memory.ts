import { Pool } from "../../runtime/pool.ts";
import type { PoolMember } from "../../runtime/pool.ts";
import { loadSandbox, processIn } from "../engines/hoglet.ts";
import type { Sandbox } from "../../runtime/sandbox.ts";
import type { JsonObject } from "../../runtime/event/event-source.ts";
import { MEMORY, MEMORY_GROUP } from "../report/names.ts";
import { exactRow } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import { EVENT_SIZES, eventJson } from "../workload/events.ts";
import { HELLO } from "../workload/plugins.ts";
import type { Bench } from "./part.ts";

/** What the pool of one Worker isolate may hold. */
const POOL_BYTES = 48 * 1024 * 1024;
const PAGE = 65_536;

/** Counts what sandboxes that have each processed an event hold, and how many of them a pool keeps. */
export async function measureMemory({ image, progress }: Bench): Promise<Row[]> {
  progress(MEMORY_GROUP);
  const pool = new Pool(() => POOL_BYTES, image.pages * PAGE);
  const json = eventJson(EVENT_SIZES["1.6 KB"]);
  let bytes = 0;
  const use = async (sandbox: Sandbox): Promise<void> => {
    await processIn(sandbox, JSON.parse(json) as JsonObject, json.length);
    bytes = sandbox.memoryBytes;
  };
  let count = 0;
  const member: PoolMember = { build: async () => loadSandbox(image, HELLO), retire: async () => undefined };
  while (pool.counts.evictions === 0) await pool.use(`plugin ${++count}`, member, use);
  const fitting = count - 1;
  for (let i = 1; i <= count; i++) (await pool.take(`plugin ${i}`))?.dispose();
  return [
    exactRow(MEMORY_GROUP, MEMORY.bytes, "KiB", bytes / 1024),
    exactRow(MEMORY_GROUP, MEMORY.fit, "count", fitting),
  ];
}
