import { PassThrough } from "stream";
import type { PluginEvent } from "@posthog/plugin-scaffold";

const collect = (stream: PassThrough): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.on("error", reject);
  });

export async function exportEvents(events: PluginEvent[]): Promise<void> {
  const stream = new PassThrough();
  const done = collect(stream);
  for (const event of events) stream.write(`${JSON.stringify({ name: event.event })}\n`);
  stream.end();
  const body = await done;
  await fetch("https://bucket.example/part-1.jsonl", {
    method: "PUT",
    body,
    headers: { "Content-Length": String(body.length) },
  });
}
