import { z } from "zod";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import { explainStack } from "../../plugins/explain-stack.ts";
import { isVersionStored, loadFiles, loadVersion } from "../../plugins/versions.ts";
import type { FailureSample } from "../../team/insight/failure-sample.ts";
import { jsonObject } from "../answers.ts";

export const failureAnswer = z
  .strictObject({
    event: jsonObject
      .nullable()
      .meta({ description: "The event that the call was given, of a batch the first; null when it was given none." }),
    event_is_cut: z.boolean().meta({ description: "A large event is shown by what it is known by alone." }),
    stack: z
      .array(z.string())
      .meta({ description: "The author's functions, innermost first: `at processEvent (index.ts:3:5)`." }),
    code: z.string().meta({ description: "The author's lines around the innermost place." }),
  })
  .meta({ id: "FailureSample" });

const decoder = new TextDecoder();

/** What failures of a version were like, in terms of its author's files; null for one that is not known. */
export async function failureJsons(
  env: Env,
  version: string,
  samples: readonly (FailureSample | null)[],
): Promise<(z.input<typeof failureAnswer> | null)[]> {
  const explain = samples.some((sample) => sample?.stack) ? await explainerOf(env, version) : () => NOWHERE;
  return samples.map((sample) => {
    if (sample === null) return null;
    const event = sample.event === null ? null : (JSON.parse(sample.event) as JsonObject);
    const { lines, frame } = explain(sample.stack);
    return { event, event_is_cut: sample.isCut, stack: [...lines], code: frame };
  });
}

const NOWHERE = { lines: [], frame: "" };

type Explain = (stack: string) => { lines: readonly string[]; frame: string };

/** Of a version that was uninstalled nothing is left to explain with. */
async function explainerOf(env: Env, hash: string): Promise<Explain> {
  if (!(await isVersionStored(env, hash))) return (stack) => ({ lines: stack.split("\n").filter(Boolean), frame: "" });
  const [compiled, files] = await Promise.all([loadVersion(env, hash), loadFiles(env, hash)]);
  const source = (path: string): string | undefined =>
    Object.hasOwn(files, path) ? decoder.decode(files[path]) : undefined;
  return (stack) => explainStack({ compiled, source }, stack);
}
