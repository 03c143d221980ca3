import { expect, test } from "vitest";
import { readFormStream } from "../../../../host/api/configs/form-stream.ts";

const BOUNDARY = "the-boundary";

/** A form of two files, beginning with one of so many bytes that its boundaries come to lie at any place. */
function form(padding: number): Uint8Array {
  const part = (name: string, contents: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n${contents}\r\n`;
  return new TextEncoder().encode(`${part("a", "x".repeat(padding))}${part("b", "\r\n--the-")}--${BOUNDARY}--`);
}

test("a form reads the same wherever it is cut", async () => {
  for (let cut = 1; cut < form(600).byteLength; cut++) {
    const bytes = form(600);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) controller.enqueue(piece);
        controller.close();
      },
    });
    const headers = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
    const request = new Request("https://hoglet.test", { method: "POST", headers, body });
    const sizes: Record<string, number> = {};
    await readFormStream(request, ({ name }) => ({
      async write(chunk) {
        sizes[name] = (sizes[name] ?? 0) + chunk.byteLength;
      },
      async end() {
        sizes[name] ??= 0;
      },
    }));
    expect(sizes, `cut at ${cut}`).toEqual({ a: 600, b: 8 });
  }
});
