import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT_MS = 10_000;

/** A Redis server of the tests' own, on a Unix socket: nothing else can reach it, and no port can be taken. */
export interface RedisServer {
  socket: string;
  stop(): Promise<void>;
}

/**
 * Starts an empty server that keeps nothing on disk.
 * @param program the path of `redis-server`
 * @throws {Error} with what it printed, when it does not start
 */
export async function startRedis(program: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-redis-"));
  const socket = join(folder, "redis.sock");
  const options = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "no"];
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  const killWithParent = (): void => void child.kill();
  process.once("exit", killWithParent);
  const exited = once(child, "exit");

  let output = "";
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      child.kill();
      reject(new Error(`redis-server did not start: ${output}`));
    };
    timer = setTimeout(fail, START_TIMEOUT_MS);
    child.once("error", reject);
    child.once("exit", fail);
    child.stdout.on("data", (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes("ready to accept connections")) resolve();
    });
  }).finally(() => clearTimeout(timer));

  return {
    socket,
    async stop() {
      process.off("exit", killWithParent);
      child.kill();
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
