import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../../../host/sha256.ts";
import { attachmentsOf } from "../../../../host/store/attachments.ts";
import { createTeam, type Team } from "../../../../host/store/teams.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { type Answer, call, env } from "../client.ts";

const db = await migratedRegistry();
const encoder = new TextEncoder();
const MEBIBYTE = 1024 * 1024;
const BOUNDARY = "the-boundary";
let pluginId: number;
let team: Team;

beforeAll(async () => {
  await call("GET", "/api/teams/1");
  const source = `export function setupPlugin({ config }) { if (config.fail) throw new Error("Invalid file") }
export const processEvent = (event) => event`;
  const config = [
    { key: "db", type: "attachment" },
    { key: "other", type: "attachment" },
  ];
  const { json } = await call("POST", "/api/plugins", { name: "takes files", source, config });
  pluginId = Number(json["id"]);
});

beforeEach(async () => {
  team = await createTeam(db, 1, { name: "Files", token: `phc_files_${crypto.randomUUID()}` }, 1);
});

interface Part {
  name: string;
  /** A file, when there is one. */
  fileName?: string;
  type?: string;
  bytes: Iterable<Uint8Array>;
}

const text = (name: string, value: unknown): Part => ({ name, bytes: [encoder.encode(JSON.stringify(value))] });
const file = (key: string, bytes: Iterable<Uint8Array>, fileName = "a.bin"): Part => ({
  name: `add_attachment[${key}]`,
  fileName,
  bytes,
});
const fields = (changes: object = {}): Part[] =>
  Object.entries({ team_id: team.id, plugin_id: pluginId, ...changes }).map(([name, value]) => text(name, value));
const teamField = (): Part => text("team_id", team.id);

function* encode(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Generator<Uint8Array> {
  for (const { name, fileName, type, bytes } of parts) {
    const named = fileName === undefined ? "" : `; filename="${fileName}"`;
    const typed = type === undefined ? "" : `Content-Type: ${type}\r\n`;
    yield encoder.encode(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${named}\r\n${typed}\r\n`);
    yield* bytes;
    yield encoder.encode("\r\n");
  }
  yield encoder.encode(end);
}

/** Bytes that differ from place to place, in pieces, without ever being there as a whole. */
function* bytesOf(size: number, piece = MEBIBYTE - 7): Generator<Uint8Array> {
  for (let at = 0; at < size; at += piece) {
    const chunk = new Uint8Array(Math.min(piece, size - at)).fill(at % 251);
    chunk[0] = 13;
    yield chunk;
  }
}

function streamOf(chunks: Iterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function send(parts: readonly Part[], end?: string): Promise<Answer> {
  const headers = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
  return call("POST", "/api/plugin_configs", streamOf(encode(parts, end)), { headers });
}

const blobs = async (): Promise<string[]> =>
  (await env.BLOBS.list({ prefix: "attachments/" })).objects.map(({ key }) => key);

describe("an upload", () => {
  test.each([0, 1, 8 * MEBIBYTE - 1, 8 * MEBIBYTE, 8 * MEBIBYTE + 1, 21 * MEBIBYTE + 3])(
    "of %i bytes is in R2 as it was sent, and named by its SHA-256",
    async (size) => {
      const { status, json } = await send([...fields(), { ...file("db", bytesOf(size)), type: "application/x-db" }]);
      expect(status).toBe(201);
      expect(json["config"]).toMatchObject({ db: { size, name: "a.bin", type: "application/x-db", saved: true } });
      const [stored] = await attachmentsOf(db, team.id, Number(json["id"]));
      const expected = new Uint8Array(await new Blob([...bytesOf(size)] as Uint8Array<ArrayBuffer>[]).arrayBuffer());
      expect(stored?.hash).toBe(await sha256(expected));
      const blob = await env.BLOBS.get(String(stored?.r2Key));
      expect(await sha256(await (blob as R2ObjectBody).arrayBuffer())).toBe(stored?.hash);
    },
  );

  test.each([1, 2, 3, 513, 1000])("comes in pieces of %i bytes, amid the fields, beside others", async (piece) => {
    const parts = [
      teamField(),
      file("db", [encoder.encode("\r\n--the-boundar\r\n--")]),
      ...fields(),
      file("other", [], "ü ß.txt"),
    ];
    const whole = encoder.encode([...encode(parts)].map((chunk) => new TextDecoder().decode(chunk)).join(""));
    const pieces = (function* () {
      for (let at = 0; at < whole.byteLength; at += piece) yield whole.slice(at, at + piece);
    })();
    const headers = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
    const { status, json } = await call("POST", "/api/plugin_configs", streamOf(pieces), { headers });
    expect(status).toBe(201);
    expect(json["config"]).toMatchObject({ db: { size: 19 }, other: { size: 0, name: "ü ß.txt" } });
  });
});

describe("what is refused leaves no file", () => {
  test.each<[string, () => Promise<Answer>, number, string | RegExp]>([
    [
      "larger than 100 MB",
      () => send([...fields(), file("db", bytesOf(100 * MEBIBYTE + 1))]),
      413,
      "The file of db must have at most 100 MB.",
    ],
    [
      "of a form that breaks off",
      () => send([...fields(), file("db", bytesOf(9 * MEBIBYTE))], ""),
      400,
      /ends too early/,
    ],
    [
      "of a form whose fields are wrong",
      () => send([teamField(), file("db", bytesOf(5)), ...fields({ enabled: "yes" })]),
      400,
      /enabled/,
    ],
    ["before its team is named", () => send([file("db", bytesOf(5)), ...fields()]), 400, /team_id must come before/],
    ["of a field that takes none", () => send([...fields(), file("nothing", bytesOf(5))]), 400, /not a field of type/],
    [
      "of another team",
      () => send([...fields({ team_id: 999_999 }), file("db", bytesOf(9 * MEBIBYTE))]),
      400,
      /no team 999999/,
    ],
    [
      "of a plugin whose setup fails",
      () => send([...fields({ enabled: true, config: { fail: "1" } }), file("db", bytesOf(9 * MEBIBYTE))]),
      400,
      /Invalid file/,
    ],
    [
      "twice for one key",
      () => send([...fields(), file("db", bytesOf(5)), file("db", bytesOf(5))]),
      400,
      /two files for db/,
    ],
    [
      "with a name whose encoding is broken",
      () =>
        send([...fields(), file("db", bytesOf(5)), { ...file("other", []), fileName: `x"; filename*="UTF-8''%E0%A4` }]),
      400,
      /not encoded/,
    ],
    [
      "after a field of 5 MB",
      () => send([teamField(), file("db", bytesOf(5)), { name: "name", bytes: bytesOf(5 * MEBIBYTE) }]),
      413,
      /at most 4 MB/,
    ],
    [
      "in a form of 300 parts",
      () =>
        send([teamField(), file("db", bytesOf(5)), ...Array.from({ length: 300 }, (_, index) => text(`f${index}`, 1))]),
      400,
      /more than 200 parts/,
    ],
    [
      "with headers that are none",
      () => send([teamField(), file("db", bytesOf(5)), { name: 'x"\r\n: \u0001', bytes: [] }]),
      400,
      /headers of a part/,
    ],
  ])("%s", async (_, request, status, detail) => {
    const before = await blobs();
    const answer = await request();
    expect(answer.json["detail"]).toMatch(detail);
    expect(answer.status).toBe(status);
    expect(await blobs()).toEqual(before);
    expect((await call("GET", `/api/plugin_configs?team_id=${team.id}`)).json["results"]).toEqual([]);
  });

  test("of a Content-Type without boundary", async () => {
    const headers = { "Content-Type": "multipart/form-data" };
    const { status, json } = await call("POST", "/api/plugin_configs", streamOf(encode(fields())), { headers });
    expect([status, json["code"]]).toEqual([400, "parse_error"]);
  });
});
