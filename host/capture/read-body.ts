import { CaptureError } from "./capture-error.ts";
import { MAX_DISCARDED_BYTES } from "./limits.ts";

/**
 * The body's bytes as they came over the wire, at most `limit` of them.
 *
 * @throws {CaptureError} 413 once the limit is passed, after the rest has been thrown away as far as that is bearable.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array(0);
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  const announced = Number(request.headers.get("content-length"));
  if (announced > limit) {
    await discard(reader, announced, 0);
    throw CaptureError.bodyTooLarge();
  }

  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      chunks.length = 0;
      await discard(reader, announced, size);
      throw CaptureError.bodyTooLarge();
    }
    chunks.push(value);
  }
  return joined(chunks, size);
}

/**
 * Reads on to the end of a body that is refused, keeping nothing. A client that is still sending when the connection is
 * closed on it sees no 413 but a broken connection, which SDKs take for a reason to send the same again: so it gets to
 * finish, unless its body is so large that listening costs more than the answer is worth.
 *
 * @param announced bytes that the client says it sends; 0 when it does not say
 * @param size bytes that were read already
 */
export async function discard(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  announced: number,
  size: number,
): Promise<void> {
  try {
    if (announced > MAX_DISCARDED_BYTES) return await reader.cancel();
    for (let read = size; read <= MAX_DISCARDED_BYTES;) {
      const { done, value } = await reader.read();
      if (done) return;
      read += value.length;
    }
    await reader.cancel();
  } catch {
    // The client is gone, and nobody waits for the answer.
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
