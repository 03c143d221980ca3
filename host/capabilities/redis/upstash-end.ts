import { readBounded } from "../fetch-response.ts";
import type { RedisCommand, RedisReply, RunCommands } from "./commands.ts";
import { CACHE_LIMITS } from "./limits.ts";

const TIMEOUT_MS = 10_000;

/** Commands that may run twice: the ones that leave the same behind, and answer the same, the second time. */
const REPEATABLE: readonly unknown[] = ["get", "set", "expire", "lrange", "llen"];

/** The request failed on its way: what was sent may have been run, or not. */
class ConnectionError extends Error {}

/**
 * Upstash's REST API as an end. The library's own HTTP client reads an answer whole, however long it is, so that
 * a plugin could fill the isolate's memory with reads of one value; it repeats increments; and it quotes all that
 * was sent in its errors.
 * @throws {Error} when the URL is none
 */
export function upstashEnd({ url, token }: { url: string; token: string }): RunCommands {
  const endpoint = pipelineUrl(url);
  // Upstash's replicas answer with all that this client has written when they get back the token of its last answer.
  let syncToken = "";
  const post = async (commands: RedisCommand[]): Promise<RedisReply[]> => {
    const { response, text } = await send(endpoint, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "upstash-sync-token": syncToken,
      },
      body: JSON.stringify(commands),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    syncToken = response.headers.get("upstash-sync-token") ?? syncToken;
    return replies(response.status, text, commands.length);
  };
  return async (commands) => {
    try {
      return await post(commands);
    } catch (error) {
      if (!(error instanceof ConnectionError) || !commands.every(([name]) => REPEATABLE.includes(name))) throw error;
      return post(commands);
    }
  };
}

function pipelineUrl(url: string): URL {
  const parsed = URL.parse(url.trim());
  if (parsed?.protocol !== "https:" && parsed?.protocol !== "http:")
    throw new Error(`UPSTASH_REDIS_REST_URL must be a URL such as https://NAME.upstash.io, not "${url}"`);
  parsed.pathname = `${parsed.pathname.replace(/\/+$/, "")}/pipeline`;
  return parsed;
}

async function send(endpoint: URL, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(endpoint, init);
    const bytes = await readBounded(response, endpoint, CACHE_LIMITS.replies, init.signal);
    return { response, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === "TimeoutError")
      throw new Error(`the cache did not answer within ${TIMEOUT_MS / 1000} seconds`, { cause: error });
    if (name === "RangeError")
      throw new Error(
        `the answers to cache calls made at once are larger than ${CACHE_LIMITS.replies} bytes together: await some of them first`,
        { cause: error },
      );
    throw new ConnectionError(`the cache cannot be reached: ${message}`, { cause: error });
  }
}

function replies(status: number, text: string, count: number): RedisReply[] {
  const answer = parse(text);
  if (Array.isArray(answer) && answer.length === count) return answer as RedisReply[];
  const told = typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : text;
  throw new Error(`the cache answered ${status}, not with ${count} replies: ${told.slice(0, 200)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
