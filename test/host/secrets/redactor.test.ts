import { describe, expect, test } from "vitest";
import fc from "fast-check";

import { Redactor } from "../../../host/secrets/redactor.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a value of six characters or more", () => {
  const { text } = new Redactor(["s3cret!", "other-secret", "s3cret!-and-more"]);

  test("is found wherever it stands, the longest first", () => {
    expect(text("xs3cret!y other-secret, s3cret!-and-more.")).toBe("x[redacted]y [redacted], [redacted].");
    expect(text("s3cret s3cret! s3cret")).toBe("s3cret [redacted] s3cret");
    expect(text("s3cret!s3cret!")).toBe("[redacted][redacted]");
  });

  test("leaves other texts as they are", () => {
    for (const other of ["", "s", "s3cret", "S3CRET!", "x".repeat(10_000)]) expect(text(other)).toBe(other);
  });

  test("is found in every form in which texts hold it, and among other bytes, whatever it is", () => {
    const value = fc.string({ minLength: 6, maxLength: 80, unit: "grapheme" }).filter((one) => one.trim().length >= 6);
    const around = fc.string({ maxLength: 5 });
    const forms: ((secret: string) => string)[] = [
      (secret) => secret,
      (secret) => JSON.stringify({ secret }),
      encodeURIComponent,
      (secret) => new URLSearchParams({ secret }).toString(),
    ];
    fc.assert(
      fc.property(value, around, around, fc.constantFrom(...forms), (secret, before, after, form) => {
        const redactor = new Redactor([secret]);
        const whole = `${before} ${form(secret)} ${after}`;
        expect(redactor.text(whole)).toContain("[redacted]");
        expect(new TextDecoder().decode(redactor.bytes(bytes(whole)))).toBe(redactor.text(whole));
      }),
      { numRuns: 200 },
    );
  });

  test("is found in base64 wherever it begins there", () => {
    const secret = "k\u00e9y-of-some-length";
    for (const before of ["", ":", "me:", "Bearer "])
      for (const after of ["", "x", "xy"]) {
        const encoded = btoa(String.fromCharCode(...bytes(before + secret + after)));
        const told = new Redactor([secret]).text(`Basic ${encoded} end`);
        expect(told).toMatch(/^Basic \S{0,12}\[redacted\]\S{0,6} end$/);
      }
  });

  test("is known by its first characters, when it is long", () => {
    const long = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90))).join("");
    expect(new Redactor([long]).text(`a ${long} b`)).toBe("a [redacted] b");
    // A half of it is no less of a secret.
    expect(new Redactor([long]).text(`a ${long.slice(0, 3000)}`)).toBe("a [redacted]");
    expect(new Redactor([long]).text(`a ${JSON.stringify(long)} b`)).toBe('a "[redacted]" b');
  });

  test("is found among many that begin alike", () => {
    const many = Array.from({ length: 100 }, (_, i) => `same-start-${i}`);
    expect(new Redactor(many).text("a same-start-57; b")).not.toContain("57");
    expect(new Redactor(many.slice(0, 5)).text("a same-start-3, same-start-x")).toBe("a [redacted], same-start-x");
  });
});

describe("a short value", () => {
  const { text } = new Redactor(["abc", "1234", "ab", ""]);

  test("is taken out where it stands alone", () => {
    expect(text("abc, (abc) x=abc; 1234")).toBe("[redacted], ([redacted]) x=[redacted]; [redacted]");
    expect(text("abcd 0abc abc_ 12345")).toBe("abcd 0abc abc_ 12345");
  });

  test("of one or two characters is left alone", () => {
    expect(text("ab a b")).toBe("ab a b");
  });
});

describe("bytes", () => {
  test("that are no text keep all but the value", () => {
    const { bytes: redact } = new Redactor(["s\u00e9cret!"]);
    const given = new Uint8Array([0, 128, 255, ...bytes("s\u00e9cret!"), 195, 10]);
    expect([...redact(given)]).toEqual([0, 128, 255, ...bytes("[redacted]"), 195, 10]);
  });

  test("without a value are not copied", () => {
    const given = bytes("nothing");
    expect(new Redactor(["s3cret!"]).bytes(given)).toBe(given);
    expect(new Redactor([]).bytes(given)).toBe(given);
  });
});
