import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError, runScript } from "../user-error.ts";
import { problemsOf } from "./balance.ts";
import { readOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { soak } from "./soak.ts";

// `npm run soak`: the GitHub-metrics example on a server of its own, by real ticks, beside steady traffic, and whether everything is accounted for.
await runScript(async () => {
  const { minutes } = readOptions(process.argv.slice(2));
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => stop.abort(new UserError("Stopped before its time.")));

  const stateDir = await mkdtemp(join(tmpdir(), "hoglet-soak-"));
  const progress = { say: (line: string) => console.log(line), signal: stop.signal };
  const observed = await soak(minutes, stateDir, progress).catch(async (error: unknown) => {
    await rm(stateDir, { recursive: true });
    throw error;
  });
  console.log(`\n${reportOf(observed).join("\n")}\n`);
  const problems = problemsOf(observed);
  if (problems.length > 0)
    throw new UserError(`Something is off (the server's state is in ${stateDir}):\n- ${problems.join("\n- ")}`);
  await rm(stateDir, { recursive: true });
  console.log("All is accounted for.");
});
