/** Whether a client wants an answer that comes in steps. */
export const acceptsEventStream = (request: Request): boolean =>
  (request.headers.get("Accept") ?? "").toLowerCase().includes("text/event-stream");

/** One event of a stream of them. @param id what a client that was cut off sends as `Last-Event-ID` */
export function eventText(name: string, data: unknown, id?: string): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function eventStream(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}
