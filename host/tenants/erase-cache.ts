import { upstashEnd } from "../capabilities/redis/upstash-end.ts";
import type { Env } from "../env.ts";

/** Keys that the server looks at for one answer. */
const SCANNED = 1000;

/**
 * Deletes what the plugins of a team have in the Upstash cache, where one is configured: the embedded cache goes with the team's object.
 * Throws when the cache cannot be reached.
 */
export async function eraseCache(
  { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token }: Env,
  teamId: number,
): Promise<void> {
  if (!url || !token) return;
  const run = upstashEnd({ url, token });
  const ask = async (...command: (string | number)[]): Promise<unknown> => {
    const [reply] = await run([command]);
    if (reply === undefined || "error" in reply) throw new Error(`the cache refused ${command[0]}: ${reply?.error}`);
    return reply.result;
  };
  // The pattern's first star takes slashes too, and the keys of another team's plugin may have this team's number in them.
  const isOurs = new RegExp(`^@plugin/\\d+/${teamId}/`);
  let cursor = "0";
  do {
    const scanned = await ask("scan", cursor, "match", `@plugin/*/${teamId}/*`, "count", SCANNED);
    const [next, keys] = scanned as [string, string[]];
    const ours = keys.filter((key) => isOurs.test(key));
    if (ours.length > 0) await ask("del", ...ours);
    cursor = String(next);
  } while (cursor !== "0");
}
