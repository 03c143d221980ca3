import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { openImage } from "../runtime/engine/image.ts";
import { DEFAULT_LIMITS } from "../runtime/limits.ts";
import { Sandbox } from "../runtime/sandbox.ts";
import { PROGRAMS } from "../test/hostile/support/programs.ts";
import { Records } from "../test/runtime/support/records.ts";

/**
 * How long a plugin can keep a processor busy for one fuel. Fuel is what bounds a call, so it is as good as its worst rate: this measures
 * what `test/hostile` shows to end, each beside `for (;;);`, which a plugin's author has in mind when told of a limit.
 *
 *   npm run build && node bench/ns-per-fuel.ts [--json] [--fuel N] [--rounds N] [family ...]
 */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    fuel: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "3" },
  },
});
const FUEL = Number(flags.fuel);
const ROUNDS = Number(flags.rounds);
const BASELINE = "for (;;);";
/** Times the rate of the baseline that no program should exceed. */
const GOAL = 10;

const image = openImage(new WebAssembly.Module(await readFile(new URL("../build/image.wasm", import.meta.url))));

interface Row {
  program: string;
  nsPerFuel: number;
  /** To the baseline, as it was measured in the same rounds. */
  ratio: number;
  end: string;
}

/** Nanoseconds of this thread's processor time for each fuel of one call: a busy machine and waiting for timers do not count. */
async function measure(body: string): Promise<{ nsPerFuel: number; end: string }> {
  const records = new Records(() => 0);
  const sandbox = Sandbox.load({
    image,
    script: { code: `exports.onEvent = async function (event, meta) { ${body}\n};`, filename: "index.js" },
    config: {},
    attachments: [],
    limits: { ...DEFAULT_LIMITS, fuel: FUEL, calls: 1e9, bytesIn: 1e12, bytesOut: 1e12, logLines: 1e9, logBytes: 1e12 },
    randomKey: new Uint8Array(32),
    clock: { now: () => 0, utcOffset: () => 0 },
    provide: (scope) => records.provide(scope),
    denials: {},
  });
  const event = { event: "e", properties: { a: 1, list: [1, { b: 2 }] } };
  const before = process.threadCpuUsage();
  const { outcome } = await sandbox.call({ function: "onEvent", event, randomKey: () => new Uint8Array(32) });
  const { user, system } = process.threadCpuUsage(before);
  sandbox.dispose();
  return { nsPerFuel: ((user + system) * 1000) / outcome.fuel, end: outcome.kind };
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

async function compare(program: string, body: string): Promise<Row> {
  const rates: number[] = [];
  const baselines: number[] = [];
  let end = "";
  for (let round = 0; round < ROUNDS; round++) {
    baselines.push((await measure(BASELINE)).nsPerFuel);
    const measured = await measure(body);
    rates.push(measured.nsPerFuel);
    ({ end } = measured);
  }
  return { program, nsPerFuel: median(rates), ratio: median(rates) / median(baselines), end };
}

// What V8 has not seen yet it compiles in haste first.
for (let i = 0; i < 5; i++) await measure(BASELINE);

const rows: Row[] = [];
for (const [family, programs] of Object.entries(PROGRAMS)) {
  if (positionals.length > 0 && !positionals.includes(family)) continue;
  for (const [name, body] of programs) rows.push(await compare(`${family}: ${name}`, body));
}
rows.sort((a, b) => b.ratio - a.ratio);

if (flags.json) console.log(JSON.stringify(rows));
else {
  const width = Math.max(...rows.map(({ program }) => program.length));
  console.log(`${"program".padEnd(width)}  ns/fuel  x for(;;)`);
  for (const { program, nsPerFuel, ratio, end } of rows)
    console.log(
      `${program.padEnd(width)}  ${nsPerFuel.toFixed(1).padStart(7)}  ${ratio.toFixed(1).padStart(9)}${end === "fuel" ? "" : `  (ended as ${end})`}`,
    );
  const above = rows.filter(({ ratio }) => ratio > GOAL).length;
  console.log(`\n${above} of ${rows.length} take more than ${GOAL} times as long as for (;;);`);
}
