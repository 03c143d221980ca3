import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";
import { network } from "./support/network.ts";

const TELL = "catch (error) { return [error.name, error.message.slice(0, 60)] }";
const LIMITS = { fuel: 100_000_000 };

/** An answer whose connection breaks before anybody has read of it. */
const broken = (status: number, location: string) =>
  new Response(new ReadableStream({ start: (stream) => stream.error(new Error("connection reset")) }), {
    status,
    headers: { location },
  });

describe("No request, and no answer to one, fails the host.", () => {
  test("a name and a password that are the escape of no text go out as they stand", async () => {
    const { left, options } = network();
    expect(await survived(`return (await fetch("https://%zz:%ff@api.x.com/")).status`, options)).toBe(200);
    expect(left.map(({ headers }) => headers["authorization"])).toEqual([`Basic ${btoa("%zz:%ff")}`]);
  });

  test("a name that has more characters than a function takes arguments", async () => {
    const { left, options } = network();
    const body = `return (await fetch("https://" + "a".repeat(5e5) + ":x@api.x.com/")).status`;
    expect(await survived(body, { ...options, limits: LIMITS })).toBe(200);
    expect(left.map(({ headers }) => headers["authorization"]?.length)).toEqual([6 + Math.ceil(500_002 / 3) * 4]);
  });

  test("an address that is too long is refused before anything is made of it", async () => {
    const { left, options } = network({ limits: { fetchRequestBytes: 1000 } });
    const body = `try { await fetch("https://" + "%zz".repeat(1e5) + ":x@api.x.com/") } ${TELL}`;
    expect(await survived(body, { ...options, limits: LIMITS })).toEqual([
      "RangeError",
      expect.stringContaining("the request has"),
    ]);
    expect(left).toEqual([]);
  });

  test("a host in another alphabet that is longer than any name", async () => {
    const { left, options } = network({
      answer: () =>
        new Response(null, {
          status: 302,
          headers: { location: `https://${encodeURIComponent("\u4e2d".repeat(3000))}/` },
        }),
    });
    const body = `
      const seen = [];
      for (const url of ["https://" + "\\u4e2d".repeat(3000), "https://api.x.com/"]) try { await fetch(url) } catch (error) { seen.push(error.message) }
      return seen`;
    expect(await survived(body, { ...options, limits: LIMITS })).toEqual([
      expect.stringContaining("longer than any name"),
      expect.stringContaining("which is not an address"),
    ]);
    expect(left).toHaveLength(1);
  });

  test("a redirect whose body breaks off is followed all the same", async () => {
    const { left, options } = network({
      answer: ({ url }) => (url.endsWith("/1") ? broken(302, "/2") : new Response("there")),
    });
    expect(await survived(`return (await fetch("https://api.x.com/1")).text()`, options)).toBe("there");
    expect(left.map(({ url }) => url)).toEqual(["https://api.x.com/1", "https://api.x.com/2"]);
  });

  test("a redirect whose body breaks off, where none is wanted", async () => {
    const { options } = network({ answer: () => broken(301, "/2") });
    const body = `try { await fetch("https://api.x.com/1", { redirect: "error" }) } ${TELL}`;
    expect(await survived(body, options)).toEqual([expect.any(String), expect.stringContaining("request to")]);
  });
});
