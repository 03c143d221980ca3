import { Engine } from "../../runtime/engine/engine.ts";
import type { Handle } from "../../runtime/engine/exports.ts";
import { buildEngine } from "../../scripts/engine/build-engine.ts";
import { rawEngine } from "../engines/boot-anew.ts";
import { engineOptions } from "../engines/engine-options.ts";
import { countNothing } from "../engines/unmetered.ts";
import { timeInRounds } from "../measure/rounds.ts";
import type { Timed } from "../measure/rounds.ts";
import { METERED, UNMETERED, programGroup } from "../report/names.ts";
import { rowsOf } from "../report/row.ts";
import type { Row } from "../report/row.ts";
import { PROGRAMS } from "../workload/programs.ts";
import type { Bench } from "./part.ts";

/** Times programs in the engine, and in one that is the same but for the counting. */
export async function measureMetering({ options, progress }: Bench): Promise<Row[]> {
  const engines = [
    [METERED, await buildEngine()],
    [UNMETERED, await buildEngine(countNothing)],
  ] as const;
  const rows: Row[] = [];
  for (const [name, code] of Object.entries(PROGRAMS)) {
    progress(programGroup(name));
    const subjects = engines.map(([subject, wasm]) => {
      const engine = new Engine(rawEngine(wasm), engineOptions());
      return running(subject, engine, engine.evaluate(code, "program.js"));
    });
    rows.push(...rowsOf(programGroup(name), await timeInRounds(subjects, options)));
  }
  return rows;
}

const running = (name: string, engine: Engine, program: Handle): Timed<number> => ({
  name,
  prepare(count) {
    engine.allowFuel(Number.MAX_SAFE_INTEGER);
    return count;
  },
  run(count) {
    for (let i = 0; i < count; i++) engine.release(engine.call(program, []));
  },
});
