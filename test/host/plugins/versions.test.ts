import { expect, test } from "vitest";
import { compilePlugin } from "../../../host/plugins/compile.ts";
import { readManifest } from "../../../host/plugins/manifest.ts";
import {
  bundleKey,
  filesKey,
  loadFiles,
  loadVersion,
  storeVersion,
  versionHash,
} from "../../../host/plugins/versions.ts";
import { env } from "../store/registry.ts";

const NOW = Date.now();
const bytes = (text: string) => new TextEncoder().encode(text);
const { manifest } = readManifest({ name: "A" });
const files = {
  "index.ts": bytes("export const onEvent = () => 1"),
  "src/ü.bin": new Uint8Array([0, 255]),
  empty: bytes(""),
};
const bundle = {
  ...compilePlugin({ "index.ts": "export const onEvent = () => 1" }, "index.ts"),
  manifest,
  entry: "index.ts",
};

test("an address depends on every path, byte and manifest, not on order", async () => {
  const hash = await versionHash(files, manifest);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await versionHash(Object.fromEntries(Object.entries(files).toReversed()), manifest)).toBe(hash);
  const others = [
    [{ ...files, empty: bytes("x") }, manifest],
    [{ ...files, other: bytes("") }, manifest],
    [{ "index.ts": files["index.ts"], "src/ü.bin": files["src/ü.bin"] }, manifest],
    [{ ...files, "src/ü.bin": bytes(""), empty: files["src/ü.bin"] }, manifest],
    [files, { ...manifest, name: "B" }],
  ] as const;
  const hashes = await Promise.all(others.map(([other, named]) => versionHash(other, named)));
  expect(new Set([hash, ...hashes]).size).toBe(6);
});

test("a path cannot pass for another file", async () => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes("2")));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const [two, one] = await Promise.all([
    versionHash({ a: bytes("1"), b: bytes("2") }, manifest),
    versionHash({ [`a\n${hex} 1 b`]: bytes("1") }, manifest),
  ]);
  expect(one).not.toBe(two);
});

test("what is stored comes back", async () => {
  const long = `${"deep/".repeat(70)}file.txt`;
  const all = { ...files, [long]: bytes("long") };
  const hash = await storeVersion(env, all, bundle, NOW);
  expect(hash).toBe(await versionHash(all, manifest));
  expect(await loadVersion(env, hash)).toEqual(JSON.parse(JSON.stringify(bundle)));
  const loaded = await loadFiles(env, hash);
  expect(Object.fromEntries(Object.entries(loaded).map(([path, data]) => [path, [...data]]))).toEqual(
    Object.fromEntries(Object.entries(all).map(([path, data]) => [path, [...data]])),
  );
});

test("what is there already stays", async () => {
  const hash = await storeVersion(env, files, bundle, NOW);
  const before = await env.BLOBS.head(bundleKey(hash));
  expect(await storeVersion(env, files, { ...bundle, code: "changed" }, NOW)).toBe(hash);
  expect((await env.BLOBS.head(bundleKey(hash)))?.version).toBe(before?.version);
});

test("what is there for long is written again as it is, for a sweep to leave it alone", async () => {
  const hash = await storeVersion(env, files, bundle, NOW);
  const before = await env.BLOBS.head(bundleKey(hash));
  const code = (await loadVersion(env, hash)).code;
  await storeVersion(env, files, { ...bundle, code: "changed" }, NOW + 43_300_000);
  expect((await env.BLOBS.head(bundleKey(hash)))?.version).not.toBe(before?.version);
  expect((await loadVersion(env, hash)).code).toBe(code);
});

test("a half-stored version is completed", async () => {
  const other = { ...files, more: bytes("1") };
  const hash = await storeVersion(env, other, bundle, NOW);
  await env.BLOBS.delete(bundleKey(hash));
  await storeVersion(env, other, bundle, NOW);
  expect(await loadVersion(env, hash)).toMatchObject({ entry: "index.ts" });
});

test("a missing version is named", async () => {
  await expect(loadVersion(env, "nope")).rejects.toThrow("Plugin version nope is missing from BLOBS");
  await expect(loadFiles(env, "nope")).rejects.toThrow("Plugin version nope is missing from BLOBS");
  expect(filesKey("h")).toBe("plugins/h/files.tar");
});
