import { afterAll, beforeAll, expect, test } from "vitest";
import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";

const MEBIBYTE = 1024 * 1024;
const BOUNDARY = "the-boundary";
let server: Hoglet;

beforeAll(async () => {
  server = await startHoglet();
}, START_TIMEOUT);

afterAll(() => server.stop());

async function post(path: string, type: string, body: NonNullable<RequestInit["body"]>): Promise<Response> {
  const headers = { Authorization: `Bearer ${server.adminToken}`, "Content-Type": type };
  const init = { method: "POST", headers, body, duplex: "half" } as const;
  return fetch(`${server.url}${path}`, init);
}

/** PostHog's form with a file, which is never there as a whole. */
function form(fields: Record<string, unknown>, size: number): ReadableStream<Uint8Array> {
  const part = (name: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`;
  const encoder = new TextEncoder();
  const chunks = (function* () {
    for (const [name, value] of Object.entries(fields))
      yield encoder.encode(`${part(name)}\r\n\r\n${JSON.stringify(value)}\r\n`);
    yield encoder.encode(`${part("add_attachment[db]")}; filename="geo.mmdb"\r\n\r\n`);
    for (let at = 0; at < size; at += MEBIBYTE) yield new Uint8Array(Math.min(MEBIBYTE, size - at)).fill(7);
    yield encoder.encode(`\r\n--${BOUNDARY}--\r\n`);
  })();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

test("a file of 100 MB is taken as it comes; one byte more is refused", async () => {
  const source = "export const processEvent = (event) => event";
  const plugin = { name: "large", source, config: [{ key: "db", type: "attachment" }] };
  const installed = await post("/api/plugins", "application/json", JSON.stringify(plugin));
  const { id } = (await installed.json()) as { id: number };
  const fields = { team_id: 1, plugin_id: id, enabled: true };
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  const taken = await post("/api/plugin_configs", type, form(fields, 100 * MEBIBYTE));
  expect(await taken.json()).toMatchObject({ config: { db: { size: 100 * MEBIBYTE, name: "geo.mmdb" } } });
  const refused = await post("/api/plugin_configs", type, form(fields, 100 * MEBIBYTE + 1));
  expect(await refused.json()).toMatchObject({ status: 413, detail: "The file of db must have at most 100 MB." });
});
