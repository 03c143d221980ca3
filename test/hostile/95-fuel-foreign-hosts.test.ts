import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

/** More different characters than a name can have. */
const FOREIGN = `Array.from({ length: 3000 }, (_, i) => String.fromCharCode(0x4e00 + (i * 7919) % 20_000)).join("")`;
const WRITTEN = [
  "s",
  "encodeURIComponent(s)",
  `"a".repeat(50_000) + s.slice(0, 9)`,
  `"xn--" + "a".repeat(50_000) + "-" + "z9".repeat(50)`,
  "s.slice(0, 1500) + String.fromCharCode(9) + s.slice(1500)",
];

describe("A host in another alphabet that is longer than any name is not parsed at all: writing it in ASCII takes the square of its length.", () => {
  test.each(WRITTEN)("%s", async (host) => {
    const body = `
      const s = ${FOREIGN}, host = ${host};
      const fails = (make) => { try { make(); return false } catch (error) { return error.name } };
      const url = new URL("https://x.com/");
      url.host = host;
      url.hostname = host;
      return [
        ...["https://", "HTTP:\\\\\\\\", "wss:", " ftp:////", "file://", "https://me:you@"].map((start) => fails(() => new URL(start + host))),
        fails(() => new URL("//" + host, "https://x.com")),
        fails(() => new URL("/", "https://" + host)),
        fails(() => { url.href = "https://" + host }),
        url.href,
      ]`;
    expect(await survived(body, { limits: { fuel: 50_000_000 } })).toEqual([
      ...Array<string>(9).fill("TypeError"),
      "https://x.com/",
    ]);
  });

  test("other parts of an address may be as long as they like, and hosts as foreign", async () => {
    const body = `
      const s = ${FOREIGN};
      return [
        new URL("https://x.com/" + s).pathname.length, new URL("https://x.com?" + s).search.length, new URL("data:text/plain," + s).protocol,
        new URL("https://" + s + "@x.com/").host, new URL("file:///" + s).pathname.length, new URL(s, "https://x.com/").pathname.length,
        new URL("https://b\\u00fccher.example/").host, new URL("https://b%C3%BCcher.example/" + s).host, new URL("https://" + "a".repeat(300) + ".com").host.length,
      ]`;
    expect(await survived(body, { limits: { fuel: 50_000_000 } })).toEqual([
      27_001,
      27_001,
      "data:",
      "x.com",
      27_001,
      27_001,
      "xn--bcher-kva.example",
      "xn--bcher-kva.example",
      304,
    ]);
  });
});
