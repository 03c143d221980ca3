import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

const KEYS: [string, unknown][] = [
  ["an RSA key of zeros", { kty: "RSA", n: "AA", e: "AA" }],
  ["an RSA key of nothing", { kty: "RSA", n: "", e: "" }],
  ["an RSA key whose exponent is even", { kty: "RSA", n: "AQAB", e: "Ag" }],
  ["an RSA key that is no text", { kty: "RSA", n: 1, e: [] }],
  ["a point that is on no curve", { kty: "EC", crv: "P-256", x: "AA", y: "AA" }],
  ["a curve that there is not", { kty: "EC", crv: "__proto__", x: "AA", y: "AA" }],
  ["a symmetric key", { kty: "oct", k: "AA" }],
  ["a key for another purpose", { kty: "OKP", crv: "X25519", x: "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08" }],
  ["nothing", {}],
  ["a kind that is an object", { kty: {} }],
];

describe("A key that is none is an error of the plugin's, whatever the platform makes of it.", () => {
  test.each(KEYS)("%s", async (_, key) => {
    const body = `
      const { createPrivateKey, createPublicKey, createVerify } = require("crypto");
      const key = { key: ${JSON.stringify(key)}, format: "jwk" };
      const tell = (use) => { try { return typeof use().asymmetricKeyType } catch (error) { return typeof error.message } };
      return [
        tell(() => createPublicKey(key)), tell(() => createPrivateKey(key)),
        tell(() => createVerify("sha256").update("a").verify(key, Buffer.alloc(8)))]`;
    expect(await survived(body)).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  });
});
