import { describeError } from "../describe-error.ts";
import type { Env } from "../env.ts";
import { teamStub } from "../team/team-client.ts";

/** Anybody may ask, and each look costs something: so one is good for as long. */
const FRESH_MS = 5_000;
const PATIENCE_MS = 5_000;

let last: { at: number; silent: readonly string[] } | undefined;

/**
 * What of the things that the Worker stands on does not answer, or did not within the last five seconds: D1, R2 and an object.
 * @param now milliseconds since the epoch
 */
export async function silentParts(env: Env, now: number): Promise<readonly string[]> {
  if (last && now >= last.at && now - last.at < FRESH_MS) return last.silent;
  const parts = {
    "the registry": env.REGISTRY.prepare("select 1").first(),
    "the blobs": env.BLOBS.head("ready"),
    "the teams' objects": teamStub(env, { teamId: 1, shard: 0 }).ping(),
  };
  const asked = Object.entries(parts).map(async ([name, answer]) => ((await answers(name, answer)) ? [] : [name]));
  const silent = (await Promise.all(asked)).flat();
  last = { at: now, silent };
  return silent;
}

async function answers(what: string, asked: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([asked, late]);
    return true;
  } catch (error) {
    console.error(`not ready: ${what}: ${describeError(error)}`);
    return false;
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
