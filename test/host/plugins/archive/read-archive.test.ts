import { gzipSync } from "node:zlib";

import fc from "fast-check";
import { zipSync } from "fflate";
import { packTar } from "modern-tar";
import type { TarHeader } from "modern-tar";
import { describe, expect, test } from "vitest";

import { readArchive } from "../../../../host/plugins/archive/read-archive.ts";
import { InvalidPluginError } from "../../../../host/plugins/errors.ts";
import { MAX_BYTES, MAX_FILES, checkFiles } from "../../../../host/plugins/plugin-files.ts";

type Files = Record<string, string | Uint8Array>;

const encoder = new TextEncoder();
const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? encoder.encode(content) : content;

const zip = (files: Files): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)])));

async function tgz(files: Files, others: Partial<TarHeader>[] = []): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, content]) => {
    const body = bytesOf(content);
    return { header: { name, size: body.length }, body };
  });
  const more = others.map((header) => ({ header: { name: "x", size: 0, ...header } }));
  return gzipSync(await packTar([...entries, ...more]));
}

const PACKERS = [
  ["zip", async (files: Files) => zip(files)],
  ["tgz", (files: Files) => tgz(files)],
] as const;

const texts = async (bytes: Uint8Array): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await readArchive(bytes)).map(([path, file]) => [path, new TextDecoder().decode(file)]),
  );

const refusal = (bytes: Uint8Array): Promise<string> =>
  readArchive(bytes).then(
    (files) => {
      checkFiles(files);
      throw new Error(`it was read: ${Object.keys(files).join()}`);
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(InvalidPluginError);
      return (error as Error).message;
    },
  );

describe.each(PACKERS)("a .%s", (_, pack) => {
  test.each<[string, Files, Record<string, string>]>([
    ["at its top", { "plugin.json": "{}", "src/a.ts": "1" }, { "plugin.json": "{}", "src/a.ts": "1" }],
    ["in a folder", { "package/index.js": "2", "package/plugin.json": "{}" }, { "index.js": "2", "plugin.json": "{}" }],
    [
      "in a folder, whatever comes first and lies beside it",
      { "__MACOSX/x": "junk", "repo-main/sub/deep.js": "3", "repo-main/plugin.json": "{}" },
      { "sub/deep.js": "3", "plugin.json": "{}" },
    ],
    [
      "above another one",
      { "a/b/plugin.json": "inner", "a/plugin.json": "outer" },
      { "b/plugin.json": "inner", "plugin.json": "outer" },
    ],
    ["without plugin.json", { "p/index.js": "1", "p/lib/b.js": "2" }, { "index.js": "1", "lib/b.js": "2" }],
    ["without a folder or plugin.json", { "index.js": "1", "lib/b.js": "2" }, { "index.js": "1", "lib/b.js": "2" }],
    ["with an empty file", { "plugin.json": "{}", empty: "" }, { "plugin.json": "{}", empty: "" }],
  ])("has the plugin %s", async (_name, files, expected) => {
    expect(await texts(await pack(files))).toEqual(expected);
  });

  test("with two plugins is refused", async () => {
    const bytes = await pack({ "a/plugin.json": "{}", "b/plugin.json": "{}" });
    expect(await refusal(bytes)).toContain("several plugins: a/plugin.json and b/plugin.json");
  });

  test("with too many files is refused", async () => {
    const files = Object.fromEntries(Array.from({ length: 10_000 }, (_each, i) => [`${i}.js`, ""]));
    expect(await refusal(await pack(files))).toContain(`more than ${MAX_FILES} files`);
  });

  test("that unpacks to too much is refused", async () => {
    const bytes = await pack({ "plugin.json": "{}", bomb: new Uint8Array(MAX_BYTES * 10) });
    expect(bytes.length).toBeLessThan(MAX_BYTES / 10);
    expect(await refusal(bytes)).toMatch(/more than \d+ bytes, which is more than a plugin may have/);
  });

  test("that ends too early is refused", async () => {
    const bytes = await pack({ "plugin.json": "{}", "index.js": "x".repeat(5000) + Math.PI });
    expect(await refusal(bytes.slice(0, -30))).toMatch(/^Could not read archive as \.zip or \.tgz: it is broken/);
  });

  test.each(["../a.js", "a/../../b.js", "a\\b.js", "/etc/passwd"])(
    "with the path %s is refused at installing",
    async (path) => {
      expect(() => checkFiles(Object.fromEntries([[path, new Uint8Array()]]))).toThrow(InvalidPluginError);
      const files = await readArchive(await pack({ "plugin.json": "{}", [path]: "1" }));
      expect(() => checkFiles(files)).toThrow(InvalidPluginError);
    },
  );

  test("that was changed anywhere is read or refused, and nothing else", async () => {
    const whole = await pack({ "p/plugin.json": '{"name":"x"}', "p/index.js": "export const a = 1;".repeat(20) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const bytes = whole.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const result = await readArchive(bytes).catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(InvalidPluginError);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test.each(["symlink", "link", "character-device", "fifo"] as const)("a %s in a .tgz is refused", async (type) => {
  const bytes = await tgz({ "plugin.json": "{}" }, [{ name: "secret", type, linkname: "/etc/passwd" }]);
  expect(await refusal(bytes)).toBe(`secret: is a ${type}; put the file itself into the archive`);
});

test("folders in archives, and paths that begin with ./, are what they are", async () => {
  const folder = [{ name: "./p/", type: "directory" as const }];
  expect(await texts(await tgz({ "./p/plugin.json": "{}", "./p/a.js": "1" }, folder))).toEqual({
    "plugin.json": "{}",
    "a.js": "1",
  });
  expect(await texts(zip({ "p/": "", "p/plugin.json": "{}" }))).toEqual({ "plugin.json": "{}" });
});

test("a .zip that lies about the size of an entry gives no more than it said", async () => {
  const bytes = zip({ "plugin.json": "{}", "big.js": new Uint8Array(1_000_000) });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 < bytes.length; at++) {
    const signature = view.getUint32(at, true);
    const size = signature === 0x04034b50 ? at + 22 : signature === 0x02014b50 ? at + 24 : 0;
    if (size > 0 && view.getUint32(size, true) === 1_000_000) view.setUint32(size, 10, true);
  }
  const result = await readArchive(bytes).catch((error: unknown) => error);
  if (result instanceof Error) expect(result).toBeInstanceOf(InvalidPluginError);
  else expect((result as Record<string, Uint8Array>)["big.js"]?.length).toBe(10);
});

test.each([
  ["nothing", new Uint8Array()],
  ["text", encoder.encode("export const a = 1")],
  ["a .tar that is not gzipped", encoder.encode("plugin.json\0".padEnd(1024, "\0"))],
])("%s is no archive", async (_, bytes) => {
  expect(await refusal(bytes)).toBe(
    "Could not read archive as .zip or .tgz: its first bytes are neither's; pack the plugin's folder with npm pack, zip or tar -cz",
  );
});

test("a file called __proto__ is a file", async () => {
  const files = await readArchive(await tgz(JSON.parse('{"plugin.json": "{}", "__proto__": "1"}') as Files));
  expect(Object.keys(files).sort()).toEqual(["__proto__", "plugin.json"]);
});
