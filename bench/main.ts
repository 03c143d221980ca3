import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { getQuickJS } from "quickjs-emscripten";

import { openImage } from "../runtime/engine/image.ts";
import { buildGuest } from "../scripts/build-guest.ts";
import { ROOT } from "../scripts/root.ts";
import { UserError, runScript } from "../scripts/user-error.ts";
import { measureCalls } from "./parts/calls.ts";
import { measureChain } from "./parts/chain.ts";
import { measureFairness } from "./parts/fairness.ts";
import { measureMemory } from "./parts/memory.ts";
import { measureMetering } from "./parts/metering.ts";
import type { Bench, Part } from "./parts/part.ts";
import { measureProfile } from "./parts/profile.ts";
import { measureTick } from "./parts/tick.ts";
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
  profile: measureProfile,
  chain: measureChain,
  start: measureStart,
  tick: measureTick,
  fairness: measureFairness,
  memory: measureMemory,
  metering: measureMetering,
};
const OPTIONS = { rounds: 30, batchMs: 5, warmUpMs: 200 };

await runScript(async () => {
  const { values } = parseArgs({
    options: { json: { type: "boolean", default: false }, only: { type: "string", multiple: true } },
  });
  const rows = await measure(values.only ?? Object.keys(PARTS));
  const verdicts = judge(rows, COMPARISONS);
  if (!values.only && verdicts.length < COMPARISONS.length) throw new Error("a row that is compared was not measured");
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cpus: cpus().length };
  console.log(
    values.json
      ? JSON.stringify({ machine, rows: rows.map(withoutSamples), verdicts }, undefined, 2)
      : `${formatTable(rows, verdicts)}\n\nNode ${machine.node}, ${machine.cpus} x ${machine.cpu}\n${formatSummary(verdicts)}`,
  );
});

const withoutSamples = ({ group, subject, unit, spread }: Row): Omit<Row, "samples"> => ({
  group,
  subject,
  unit,
  spread,
});

async function measure(names: readonly string[]): Promise<Row[]> {
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new UserError(`there is no part "${unknown}": there are ${Object.keys(PARTS).join(", ")}`);
  await installPeers();
  const worker = await BenchWorker.start();
  try {
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
    for (const [name, part] of Object.entries(PARTS)) if (names.includes(name)) rows.push(...(await part(bench)));
    return rows;
  } finally {
    await worker.stop();
  }
}
