import type { TestProject } from "vitest/node";

import { startRedis } from "./redis-server.ts";
import { findOrWarn } from "./programs.ts";
import { startUpstashShim } from "./upstash-shim.ts";

/** Vitest's global setup of the tests that run in workerd, where no process can be started. */
export default async function provideRedis(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const program = findOrWarn("redis-server");
  if (program === undefined) {
    project.provide("redis", null);
    return undefined;
  }
  const server = await startRedis(program);
  const shim = await startUpstashShim(server.socket, crypto.randomUUID());
  project.provide("redis", { url: shim.url, token: shim.token });
  return async () => {
    await shim.stop();
    await server.stop();
  };
}
