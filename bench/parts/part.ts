import type { QuickJSWASMModule } from "quickjs-emscripten";

import type { Image } from "../../runtime/engine/image.ts";
import type { RoundsOptions } from "../measure/rounds.ts";
import type { IsolatedVm, Vm2 } from "../peers/load-peers.ts";
import type { Row } from "../report/row.ts";
import type { BenchWorker } from "../workerd/bench-worker.ts";

/** What is measured with. */
export interface Bench {
  image: Image;
  /** The guest library's script. */
  guest: readonly string[];
  ivm: IsolatedVm;
  vm2: Vm2;
  quickjs: QuickJSWASMModule;
  worker: BenchWorker;
  options: RoundsOptions;
  /** Tells a person what is being measured. */
  progress(text: string): void;
}

/** One part of the benchmark: gives what it has measured. */
export type Part = (bench: Bench) => Promise<Row[]>;
