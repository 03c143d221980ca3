import { join } from "node:path";
import { unstable_startWorker } from "wrangler";

import { ROOT } from "../../scripts/root.ts";
import { QUIET_ENV } from "../../scripts/wrangler.ts";
import type { Timed } from "../measure/rounds.ts";
import type { Order } from "./order.ts";

const NOTHING: Order = { action: "nothing", engine: "hoglet", plugin: "", size: "1.6 KB", count: 0 };

type Worker = Awaited<ReturnType<typeof unstable_startWorker>>;

/** The bench's Worker, in workerd, on this machine. */
export class BenchWorker {
  readonly #worker: Worker;
  readonly #url: URL;

  private constructor(worker: Worker, url: URL) {
    this.#worker = worker;
    this.#url = url;
  }

  static async start(): Promise<BenchWorker> {
    const folder = join(ROOT, "build/bench");
    Object.assign(process.env, QUIET_ENV, {
      WRANGLER_LOG: "error",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_REGISTRY_PATH: join(folder, "registry"),
    });
    const worker = await unstable_startWorker({
      config: join(ROOT, "bench/workerd/wrangler.toml"),
      dev: {
        server: { port: 0 },
        inspector: false,
        logLevel: "error",
        watch: false,
        liveReload: false,
        persist: false,
      },
    });
    await worker.ready;
    return new BenchWorker(worker, await worker.url);
  }

  async order(order: Order): Promise<unknown> {
    const ask = (): Promise<Response> => fetch(this.#url, { method: "POST", body: JSON.stringify(order) });
    // A connection that lay idle may have been closed on the other side.
    const response = await ask().catch(ask);
    if (!response.ok) throw new Error(`the bench's Worker answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** An order to be timed. What it needs is asked for with `prepare` before. */
  timed(name: string, order: Omit<Order, "count">): Timed<Order> {
    return {
      name,
      prepare: async (count) => {
        await this.order({ ...order, action: "prepare", count: order.action === "run" ? count : 0 });
        return { ...order, count };
      },
      run: async (prepared) => void (await this.order(prepared)),
      idle: async () => void (await this.order(NOTHING)),
    };
  }

  stop(): Promise<void> {
    return this.#worker.dispose();
  }
}
