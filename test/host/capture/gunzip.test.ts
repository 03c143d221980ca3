import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gunzip, isGzip } from "../../../host/capture/gunzip.ts";
import { startCapture } from "./client.ts";

const MEBIBYTE = 1024 * 1024;
const LIMIT = 20 * MEBIBYTE;
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
const BROKEN_BLOCK = 0b111;

/** A gzip of so many MiB of zeros, without its end; made without inflating anything. */
function zeros(mebibytes: number): number[] {
  const block = deflateRawSync(new Uint8Array(MEBIBYTE), { finishFlush: constants.Z_FULL_FLUSH });
  return [...HEADER, ...Array.from({ length: mebibytes }, () => [...block]).flat()];
}

test("recognises the magic bytes alone", () => {
  expect(isGzip(gzipSync("x"))).toBe(true);
  expect(isGzip(new Uint8Array([0x1f]))).toBe(false);
  expect(isGzip(new Uint8Array([0x1f, 0x8c]))).toBe(false);
  expect(isGzip(new Uint8Array())).toBe(false);
});

test("reads what fits exactly, concatenated members too", () => {
  expect(gunzip(gzipSync(new Uint8Array(1000)), 1000)).toHaveLength(1000);
  const two = Buffer.concat([gzipSync("ab"), gzipSync("cd")]);
  expect(new TextDecoder().decode(gunzip(two, 4))).toBe("abcd");
});

describe("refuses", () => {
  test("one byte over the limit", () => {
    expect(() => gunzip(gzipSync(new Uint8Array(1001)), 1000)).toThrow(
      expect.objectContaining({ status: 413, code: "request_too_large" }),
    );
  });

  test.each([
    ["the magic alone", new Uint8Array([0x1f, 0x8b])],
    ["a cut stream", gzipSync("hello hello hello").subarray(0, -9)],
    ["a cut checksum", gzipSync("hello").subarray(0, -1)],
    ["a wrong checksum", Uint8Array.from(gzipSync("hello"), (byte, i) => (i === 17 ? ~byte : byte))],
    ["a broken block", new Uint8Array([...HEADER, BROKEN_BLOCK])],
  ])("%s", (_name, bytes) => {
    expect(() => gunzip(bytes, 1000)).toThrow(
      expect.objectContaining({
        status: 400,
        message: expect.stringMatching(/^Malformed request data: Failed to decompress data\. /),
      }),
    );
  });
});

// What comes after the limit is broken: whoever inflates that far reports the breakage, not the size.
test("stops inflating at the limit", () => {
  const breaksAfter = (mebibytes: number) => new Uint8Array([...zeros(mebibytes), BROKEN_BLOCK, 0, 0, 0]);
  expect(() => gunzip(breaksAfter(19), LIMIT)).toThrow(expect.objectContaining({ status: 400 }));
  expect(() => gunzip(breaksAfter(21), LIMIT)).toThrow(expect.objectContaining({ status: 413 }));
});

test("a bomb of 1 GiB is answered 413", async () => {
  const bomb = new Uint8Array([...zeros(1024), BROKEN_BLOCK]);
  expect(bomb.length).toBeLessThan(2 * MEBIBYTE);
  const capture = startCapture();
  const response = await capture.post(bomb);
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: "request_too_large", attr: null });
});

test("a bomb inside of a gzip and of base64 in a form, too", async () => {
  const bomb = new Uint8Array(zeros(64));
  const capture = startCapture();
  expect((await capture.post(new Uint8Array(gzipSync(bomb)))).status).toBe(413);
  const data = encodeURIComponent(Buffer.from(bomb).toString("base64"));
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await capture.post(`data=${data}`, "/e/", headers)).status).toBe(413);
});
