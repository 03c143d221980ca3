import { expect, test, vi } from "vitest";

import { FileCache } from "../../../host/files/file-cache.ts";
import type { StoredFile } from "../../../host/files/file-cache.ts";

/** Notes which files were read. */
const reads: string[] = [];

const fileOf = (id: string, size: number): StoredFile => ({
  id,
  size,
  read: async () => {
    reads.push(id);
    return new Uint8Array(size).fill(id.charCodeAt(0));
  },
});

async function use(cache: FileCache, ...files: StoredFile[]): Promise<(number | undefined)[]> {
  const held = await cache.hold(files);
  held.release();
  return held.files.map((file) => file?.bytes[0]);
}

/** What is read for a use of files. */
async function readFor(cache: FileCache, ...files: StoredFile[]): Promise<string> {
  reads.length = 0;
  await use(cache, ...files);
  return reads.join("");
}

test("files are read once, in whatever order they are used", async () => {
  const cache = new FileCache(100);
  expect(await use(cache, fileOf("a", 10), fileOf("b", 20))).toEqual([97, 98]);
  expect(await readFor(cache, fileOf("b", 20), fileOf("a", 10))).toBe("");
  expect(cache.bytes).toBe(30);
});

test("those that nobody uses go for others, least recently used first", async () => {
  const cache = new FileCache(30);
  await use(cache, fileOf("a", 10), fileOf("b", 10), fileOf("c", 10));
  await use(cache, fileOf("a", 10));
  expect(await readFor(cache, fileOf("d", 10))).toBe("d");
  expect(await readFor(cache, fileOf("a", 10), fileOf("c", 10))).toBe("");
  expect(await readFor(cache, fileOf("b", 10))).toBe("b");
  expect(cache.bytes).toBe(30);
});

test("of one holder's files, those that fit are there", async () => {
  const cache = new FileCache(30);
  expect(await use(cache, fileOf("a", 20), fileOf("b", 20), fileOf("c", 10))).toEqual([97, undefined, 99]);
});

test("files in use stay: others wait for them, and are read when they are released", async () => {
  const cache = new FileCache(30);
  const held = await cache.hold([fileOf("a", 20)]);
  const other = cache.hold([fileOf("b", 20)]);
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(cache.bytes).toBe(20);
  held.release();
  expect((await other).files.map((file) => file?.bytes.length)).toEqual([20]);
  expect(cache.bytes).toBe(20);
});

test("who waits in vain is told so, and holds nothing", async () => {
  vi.useFakeTimers();
  try {
    const cache = new FileCache(30);
    const held = await cache.hold([fileOf("a", 20)]);
    const failed = expect(cache.hold([fileOf("a", 20), fileOf("b", 10), fileOf("b", 10)])).resolves.toBeDefined();
    await failed;
    const refused = expect(cache.hold([fileOf("c", 25)])).rejects.toThrow("there is no room for 25 bytes of files");
    await vi.runAllTimersAsync();
    await refused;
    held.release();
  } finally {
    vi.useRealTimers();
  }
});

test("a file that cannot be read takes no room, and the others of its holder are free again", async () => {
  const cache = new FileCache(30);
  await use(cache, fileOf("a", 10));
  const broken = { ...fileOf("x", 10), read: () => Promise.reject(new Error("lost")) };
  await expect(cache.hold([fileOf("a", 10), broken])).rejects.toThrow("lost");
  expect(cache.bytes).toBe(10);
  expect(await readFor(cache, fileOf("b", 30))).toBe("b");
  expect(cache.bytes).toBe(30);
});

test("room is asked for outside too", async () => {
  const asked: number[] = [];
  const cache = new FileCache(100, (bytes) => asked.push(bytes) > 0);
  await use(cache, fileOf("a", 10));
  await use(cache, fileOf("b", 20));
  expect(asked).toEqual([10, 30]);
});
