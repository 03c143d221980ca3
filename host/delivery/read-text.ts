/**
 * Reads the beginning of a body as text and cancels the rest, so that no upstream can fill memory or hold a
 * connection with what it answers.
 *
 * @returns At most `maxBytes` bytes, decoded as UTF-8. A body that breaks off gives what had come by then.
 */
export async function readText(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytesLeft = maxBytes;
  try {
    while (bytesLeft > 0) {
      const { done, value } = await reader.read();
      if (done) return text;
      const chunk = value.subarray(0, bytesLeft);
      bytesLeft -= chunk.byteLength;
      text += decoder.decode(chunk, { stream: true });
    }
    await reader.cancel();
  } catch (error) {
    return `${text} [broke off: ${String(error)}]`;
  }
  return text;
}
