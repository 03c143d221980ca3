import { readBounded } from "../../capabilities/fetch-response.ts";
import type { PlatformFetch } from "../../capabilities/fetch-send.ts";
import { sha256 } from "../../sha256.ts";

/** Makes the answer anew, or throws what the request failed with. */
type Answer = () => Response;

/** Bytes of answers that are held at a time. What is more is asked for again. */
const MAX_HELD = 8 * 1024 * 1024;

/** What requests of one plugin were answered, for another that asks the same: by method, address and body. */
export class PlayedAnswers {
  readonly #answers = new Map<string, Answer[]>();
  #held = 0;

  /**
   * Sends, and holds the answers.
   * @param maxBytes of one answer, beyond which it fails as it would without being held
   */
  record(send: PlatformFetch, maxBytes: number): PlatformFetch {
    return async (url, init) => {
      const key = await keyOf(url, init);
      try {
        const response = await send(url, init);
        const body = await readBounded(response, new URL(url), maxBytes, init.signal);
        const { status, statusText, headers } = response;
        const answer = (): Response =>
          new Response(body.length === 0 ? null : new Uint8Array(body), { status, statusText, headers });
        this.#hold(key, answer, body.length);
        return answer();
      } catch (error) {
        this.#hold(key, () => {
          throw error;
        });
        throw error;
      }
    };
  }

  /** Answers what is known, each answer once, and sends the rest. */
  play(send: PlatformFetch): PlatformFetch {
    return async (url, init) => {
      const answer = this.#answers.get(await keyOf(url, init))?.shift();
      return answer ? answer() : send(url, init);
    };
  }

  forget(): void {
    this.#answers.clear();
    this.#held = 0;
  }

  #hold(key: string, answer: Answer, size = 0): void {
    this.#held += size;
    if (this.#held > MAX_HELD) return;
    const answers = this.#answers.get(key) ?? [];
    answers.push(answer);
    this.#answers.set(key, answers);
  }
}

async function keyOf(url: string, { method = "GET", body }: RequestInit): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([method, url]));
  return `${await sha256(text)}/${await hashOf(body)}`;
}

async function hashOf(body: RequestInit["body"]): Promise<string> {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return sha256(new TextEncoder().encode(body));
  if (body instanceof Uint8Array) return sha256(body);
  if (!(body instanceof FormData)) throw new TypeError("a request of a plugin has text, bytes or a form for a body");
  const parts = [...body].map(async ([name, part]) =>
    typeof part === "string" ? [name, part] : [name, part.name, part.type, await sha256(await part.arrayBuffer())],
  );
  return sha256(new TextEncoder().encode(JSON.stringify(await Promise.all(parts))));
}
