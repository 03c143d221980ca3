import { gzipSync } from "node:zlib";

import { zipSync } from "fflate";
import { packTar, type TarHeader } from "modern-tar";
import { describe, expect, test } from "vitest";

import { readArchive } from "../../host/plugins/archive/read-archive.ts";
import { InvalidPluginError } from "../../host/plugins/errors.ts";
import { parseManifest } from "../../host/plugins/manifest.ts";
import { checkFiles, fileText, MAX_BYTES, MAX_FILES } from "../../host/plugins/plugin-files.ts";

type Content = string | Uint8Array;
const bytesOf = (content: Content): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
const zip = (files: Record<string, Content>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)])));
const tgz = async (files: Record<string, Content>, others: Partial<TarHeader>[] = []): Promise<Uint8Array> =>
  gzipSync(
    await packTar([
      ...Object.entries(files).map(([name, content]) => ({
        header: { name, size: bytesOf(content).length },
        body: bytesOf(content),
      })),
      ...others.map((header) => ({ header: { name: "link", size: 0, ...header } })),
    ]),
  );

const both = async (files: Record<string, Content>): Promise<Uint8Array[]> => [zip(files), await tgz(files)];

/** What whoever installs an archive is told. */
async function refusal(archive: Uint8Array, folder: string | null = null): Promise<string> {
  try {
    const files = await readArchive(archive, folder);
    checkFiles(files);
    parseManifest(fileText(files, "plugin.json"), "hostile");
    fileText(files, "index.js");
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPluginError);
    return (error as Error).message;
  }
  throw new Error("it was taken");
}

/** A .zip whose entries of this name are symbolic links. */
function withLinks(archive: Uint8Array, name: string): Uint8Array {
  const bytes = archive.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 < bytes.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true)));
    if (path !== name) continue;
    bytes[at + 5] = 3;
    view.setUint32(at + 38, 0o120777 * 65_536, true);
  }
  return bytes;
}

/** A .zip whose table of contents has the same entry again and again, each saying that it has no bytes. */
function overlapping(times: number, size: number): Uint8Array {
  const one = zipSync({ "a.bin": [new Uint8Array(size), { level: 0 }] });
  const view = new DataView(one.buffer, one.byteOffset, one.byteLength);
  const end = one.length - 22;
  const directory = view.getUint32(end + 16, true);
  const entry = one.slice(directory, end);
  new DataView(entry.buffer).setUint32(24, 0, true);
  const entries = Array.from({ length: times }, (_, i) => {
    const copy = entry.slice();
    copy[46] = 0x21 + (i % 90);
    copy[47] = 0x21 + Math.floor(i / 90);
    return copy;
  });
  const tail = one.slice(end);
  new DataView(tail.buffer).setUint16(8, times, true);
  new DataView(tail.buffer).setUint16(10, times, true);
  return new Uint8Array(Buffer.concat([one.slice(0, directory), ...entries, tail]));
}

describe("An archive is unpacked as far as a plugin may go, and told what is wrong with it.", () => {
  test("a bomb", async () => {
    const bomb = { "plugin.json": "{}", bomb: new Uint8Array(MAX_BYTES * 10) };
    for (const archive of await both(bomb)) expect(await refusal(archive)).toMatch(/more than \d+ bytes/);
  });

  test("a bomb of entries that share their bytes and deny having any", async () => {
    expect(await refusal(overlapping(500, 1024 * 1024))).toContain(`more than ${MAX_BYTES} bytes`);
  });

  test("one huge file", async () => {
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const huge = new Uint8Array(MAX_BYTES + 1).map((_, i) => noise[i % noise.length] ?? 0);
    for (const archive of await both({ "plugin.json": "{}", huge }))
      expect(await refusal(archive)).toMatch(/more than \d+ bytes/);
  });

  test("10,000 files, and more than anybody counts", async () => {
    const files = (length: number) => Object.fromEntries(Array.from({ length }, (_, i) => [`${i}.js`, ""]));
    for (const archive of await both(files(10_000)))
      expect(await refusal(archive)).toContain(`more than ${MAX_FILES} files`);
    expect(await refusal(zip({ "p/plugin.json": "{}", ...files(25_000) }))).toContain("more than 20000 files");
  });

  test.each([
    ["../../etc/passwd", "the path contains .."],
    ["a/../../b.js", "the path contains .."],
    ["/etc/passwd", "the path is absolute"],
    ["C:/windows/x.js", "the path is absolute"],
    ["a\\..\\b.js", "the path contains a backslash"],
    ["a//b.js", "the path has an empty part"],
    ["a\nb.js", "the path contains a control character"],
    [`${"x".repeat(401)}.js`, "the path is longer than 400 characters"],
  ])("the path %j", async (path, message) => {
    expect(await refusal(zip({ "plugin.json": "{}", [path]: "1" }))).toContain(message);
  });

  test("a path that is not UTF-8", async () => {
    const packed = await packTar([
      { header: { name: "plugin.json", size: 2 }, body: "{}" },
      { header: { name: "aaaa.js", size: 0 } },
    ]);
    packed.set([0xff, 0xfe, 0xc3, 0x28], Buffer.from(packed).indexOf("aaaa.js"));
    expect(await refusal(gzipSync(rechecked(packed)))).toContain("the path is not UTF-8");
  });

  test.each(["symlink", "link", "character-device", "block-device", "fifo"] as const)("a %s", async (type) => {
    const archive = await tgz({ "plugin.json": "{}" }, [{ type, linkname: "/etc/passwd" }]);
    expect(await refusal(archive)).toBe(`link: is a ${type}; put the file itself into the archive`);
  });

  test("a symbolic link in a .zip, in the plugin's folder; what lies elsewhere is not the plugin's", async () => {
    const archive = zip({ "r/README.md": "docs/README.md", "r/p/plugin.json": "{}", "r/p/index.js": "/etc/passwd" });
    expect(await refusal(withLinks(archive, "r/p/index.js"))).toBe(
      "r/p/index.js: is a symlink; put the file itself into the archive",
    );
    expect(Object.keys(await readArchive(withLinks(archive, "r/README.md"), "p"))).toEqual(["plugin.json", "index.js"]);
  });

  test("a plugin in a large repository is what lies in its folder", async () => {
    const others = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`r/src/${i}.js`, "x"]));
    const archive = zip({ ...others, "r/big": new Uint8Array(MAX_BYTES + 1), "r/p/plugin.json": "{}" });
    expect(Object.keys(await readArchive(archive, "p"))).toEqual(["plugin.json"]);
    expect(Object.keys(await readArchive(archive))).toEqual(["plugin.json"]);
  });

  test("the wrong root", async () => {
    for (const archive of await both({ "r/a/plugin.json": "{}", "r/b/plugin.json": "{}" })) {
      expect(await refusal(archive)).toContain("several plugins: r/a/plugin.json and r/b/plugin.json");
      expect(await refusal(archive, "c")).toContain("nothing in the folder c");
    }
  });

  test("texts that are not UTF-8", async () => {
    const utf16 = new Uint8Array(Buffer.from('\uFEFF{"name": "x"}', "utf16le"));
    for (const archive of await both({ "plugin.json": utf16 }))
      expect(await refusal(archive)).toBe("plugin.json: is not UTF-8 text; save it as UTF-8");
    for (const archive of await both({ "plugin.json": "{}", "index.js": new Uint8Array([0xe9, 0x20]) }))
      expect(await refusal(archive)).toBe("index.js: is not UTF-8 text; save it as UTF-8");
  });
});

/** A tar whose headers have the checksums of what is in them. */
function rechecked(tar: Uint8Array): Uint8Array {
  const bytes = tar.slice();
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; at += 512) {
    bytes.fill(0x20, at + 148, at + 156);
    const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    bytes.set(bytesOf(`${sum.toString(8).padStart(6, "0")}\0 `), at + 148);
    at += Math.ceil(Number.parseInt(new TextDecoder().decode(bytes.subarray(at + 124, at + 135)), 8) / 512) * 512;
  }
  return bytes;
}
