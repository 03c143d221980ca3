import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { getQuickJS } from "quickjs-emscripten";

import { openImage } from "../runtime/engine/image.ts";
import { buildGuest } from "../scripts/build-guest.ts";
import { ROOT } from "../scripts/root.ts";
import { measureCalls } from "./parts/calls.ts";
import { measureChain } from "./parts/chain.ts";
import { measureMemory } from "./parts/memory.ts";
import { measureMetering } from "./parts/metering.ts";
import type { Bench, Part } from "./parts/part.ts";
import { measureStart } from "./parts/start.ts";
import { installPeers } from "./peers/install-peers.ts";
import { loadIsolatedVm, loadVm2 } from "./peers/load-peers.ts";
import { judge } from "./report/judge.ts";
import type { Row } from "./report/row.ts";
import { formatSummary, formatTable } from "./report/table.ts";
import { COMPARISONS } from "./report/comparisons.ts";
import { BenchWorker } from "./workerd/bench-worker.ts";

const PARTS: Readonly<Record<string, Part>> = {
  calls: measureCalls,
  chain: measureChain,
  start: measureStart,
  memory: measureMemory,
  metering: measureMetering,
};
const OPTIONS = { rounds: 25, batchMs: 5, warmUpMs: 200 };

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string", multiple: true } },
});
const unknown = values.only?.find((name) => !(name in PARTS));
if (unknown !== undefined) throw new Error(`there is no part "${unknown}": there are ${Object.keys(PARTS).join(", ")}`);

await installPeers();
const worker = await BenchWorker.start();
const bench: Bench = {
  image: openImage(await WebAssembly.compile(await readFile(join(ROOT, "build/image.wasm")))),
  guest: await buildGuest(),
  ivm: loadIsolatedVm(),
  vm2: loadVm2(),
  quickjs: await getQuickJS(),
  worker,
  options: OPTIONS,
  progress: (text) => console.error(text),
};
const rows: Row[] = [];
try {
  for (const [name, measure] of Object.entries(PARTS))
    if (values.only?.includes(name) ?? true) rows.push(...(await measure(bench)));
} finally {
  await worker.stop();
}

const verdicts = judge(rows, COMPARISONS);
if (!values.only && verdicts.length < COMPARISONS.length) throw new Error("a row that is compared was not measured");
const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cpus: cpus().length };
console.log(
  values.json
    ? JSON.stringify({ machine, rows, verdicts }, undefined, 2)
    : `${formatTable(rows, verdicts)}\n\nNode ${machine.node}, ${machine.cpus} x ${machine.cpu}\n${formatSummary(verdicts)}`,
);
