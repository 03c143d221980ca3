import { HostError } from "../../runtime/host-error.ts";

/**
 * The body of an answer, read no further than the limit, and no longer than the signal lets it be read.
 * @param count is told how many bytes have come, of a body too that is given up
 * @throws {HostError} `RangeError` past the limit, `NetworkError` when the connection breaks
 */
export async function readBounded(
  response: Response,
  url: URL,
  maxBytes: number,
  signal?: AbortSignal | null,
  count?: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  if (!reader) return new Uint8Array();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      count?.(value.length);
      if (length > maxBytes) throw tooLarge(url, maxBytes);
      chunks.push(value);
    }
    // A body that was cut off looks like one that has ended.
    signal?.throwIfAborted();
  } catch (error) {
    // The verdict on the answer stands, whatever becomes of its connection.
    await reader.cancel().catch(() => undefined);
    if (error instanceof HostError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError("NetworkError", `Invalid response body while trying to fetch ${url.href}: ${reason}`, {
      cause: error,
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return join(chunks, length);
}

const tooLarge = (url: URL, maxBytes: number): HostError =>
  new HostError(
    "RangeError",
    `the answer of ${url.href} is larger than ${maxBytes} bytes, the most that a plugin can be given (the limit fetchResponseBytes)`,
  );

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
