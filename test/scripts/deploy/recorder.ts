import { writeFile } from "node:fs/promises";

import type { WranglerCall } from "../../../scripts/deploy/wrangler-call.ts";
import type { RunResult } from "../../../scripts/run.ts";

/** What a call answers with; a string is what it prints on stdout before it ends well. */
type Answer = string | { code: number; output: string } | ((args: readonly string[]) => Promise<string>);

/**
 * Stands in for Wrangler: keeps every call as one line and answers the first time an answer's name begins the line. A call without an answer ends well
 * and prints nothing.
 */
export function recordCalls(answers: readonly (readonly [start: string, answer: Answer])[]): {
  calls: string[];
  call: WranglerCall;
} {
  const left = [...answers];
  const calls: string[] = [];
  const call: WranglerCall = async (args, env) => {
    const line = args.join(" ");
    calls.push(line.replace(/\S*\/hoglet-secrets-\w+/, "TEMPORARY"));
    const index = left.findIndex(([start]) => line.startsWith(start));
    const [answer] = index < 0 ? [""] : left.splice(index, 1).map(([, value]) => value);
    const report = {
      type: "deploy",
      bundle_size: { gzip_bytes: 500_000 },
      targets: ["https://hoglet.example.workers.dev", "schedule: * * * * *"],
    };
    if (env?.["WRANGLER_OUTPUT_FILE_PATH"])
      await writeFile(env["WRANGLER_OUTPUT_FILE_PATH"], `{"type":"wrangler-session"}\n${JSON.stringify(report)}\n`);
    if (typeof answer === "object") return { ...answer, stdout: "" };
    const stdout = typeof answer === "function" ? await answer(args) : (answer ?? "");
    return { code: 0, stdout, output: stdout } satisfies RunResult;
  };
  return { calls, call };
}
