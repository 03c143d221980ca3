import { createInterface } from "node:readline/promises";

import type { Ask } from "./deploy/collect-secrets.ts";
import { deploy, dryRun } from "./deploy/deploy.ts";
import { sendEvent } from "./deploy/send-event.ts";
import { callWrangler } from "./deploy/wrangler-call.ts";
import { run } from "./run.ts";
import { UserError, runScript } from "./user-error.ts";

const ask: Ask = async (question) => {
  if (!process.stdin.isTTY) return "";
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return answer.trim();
};

// `npm run deploy`, or `npm run deploy -- --dry-run`, which needs neither an account nor a network.
await runScript(async () => {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== "--dry-run");
  if (unknown !== undefined)
    throw new UserError(`There is no option ${unknown}. Usage: npm run deploy, or npm run deploy -- --dry-run`);
  const build = await run(["npm", "run", "--silent", "build"]);
  if (build.code !== 0) throw new UserError(`The build failed.\n${build.output}`);
  const surroundings = { call: callWrangler, ask, env: process.env, print: console.log, sendEvent };
  await (args.includes("--dry-run") ? dryRun(surroundings) : deploy(surroundings));
});
