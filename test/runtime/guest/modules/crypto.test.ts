import { beforeAll, describe, expect, test } from "vitest";

import { endOf, evaluate, makeKeys } from "./support.ts";

const CRYPTO = "const c = require('crypto');";
const run = (code: string, args?: unknown) => evaluate(CRYPTO + code, args);

describe("hashes", () => {
  // The test vectors of the algorithms' own documents, for "abc".
  test.each([
    ["md5", "900150983cd24fb0d6963f7d28e17f72"],
    ["sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"],
    ["sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["sha384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"],
    [
      "sha512",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
    ["ripemd160", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"],
  ])("%s is right, in pieces and by every spelling of Node's", async (name, expected) => {
    const code =
      "return args.map((name) => c.createHash(name).update('a').update(Buffer.from('6263', 'hex')).digest('hex'))";
    const spellings = [name, name.toUpperCase(), `RSA-${name.toUpperCase()}`];
    expect(await run(code, spellings)).toEqual(spellings.map(() => expected));
  });

  test("Hmac is right, whatever the key is", async () => {
    // RFC 4231, case 2.
    const code = `return ["Jefe", Buffer.from("Jefe"), c.createSecretKey("Jefe")].map((key) => c.createHmac("sha256", key).update("what do ya want for nothing?").digest("hex"))`;
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect(await run(code)).toEqual([expected, expected, expected]);
    expect(await run(`return c.createHmac("ripemd160", "key").update("x").digest("hex").length`)).toBe(40);
  });

  test("a digest has the encoding that is asked for, and is a Buffer otherwise", async () => {
    const code = `
      const of = (encoding) => c.createHash("md5").update("abc").digest(encoding);
      return [of() instanceof Buffer, of("base64"), of("latin1").length, of("base64url"), of("buffer") instanceof Buffer, c.hash("md5", "abc")]`;
    expect(await run(code)).toEqual([
      true,
      "kAFQmDzST7DWlj99KOF/cg==",
      16,
      "kAFQmDzST7DWlj99KOF_cg",
      true,
      "900150983cd24fb0d6963f7d28e17f72",
    ]);
  });

  test("a copy goes on alone, and what was handed over may change", async () => {
    const code = `
      const bytes = Buffer.from("a");
      const one = c.createHash("md5").update(bytes);
      bytes[0] = 0;
      const other = one.copy().update("bc");
      return [one.digest("hex"), other.digest("hex")]`;
    expect(await run(code)).toEqual(["0cc175b9c0f1b6a831c399e269772661", "900150983cd24fb0d6963f7d28e17f72"]);
  });

  test.each([
    ["c.createHash('md4')", "Error: Digest method not supported"],
    ["c.createHash('constructor')", "Error: Digest method not supported"],
    ["c.createHash('md5').update({})", 'TypeError: The "data" argument must be of type string'],
    ["{ const h = c.createHash('md5'); h.digest(); h.digest() }", "Error: Digest already called"],
    ["{ const h = c.createHash('md5'); h.digest(); h.update('x') }", "Error: Digest already called"],
    ["c.createHmac('md5')", 'TypeError: The "key" argument must be of type string'],
  ])("%s is refused as in Node", async (code, message) => {
    expect(await run(`try { ${code} } catch (e) { return String(e) }`)).toContain(message);
  });

  test("getHashes gives names that createHash takes", async () => {
    expect(await run("return c.getHashes().filter((name) => !c.createHash(name).digest('hex'))")).toEqual([]);
  });
});

describe("random numbers", () => {
  test("are of the size and in the range that is asked for, with and without a callback", async () => {
    const code = `
      const numbers = Array.from({ length: 200 }, () => c.randomInt(3, 6));
      const called = await new Promise((resolve) => c.randomBytes(3, (error, bytes) => resolve([error, bytes.length])));
      return [c.randomBytes(100_000).length, new Set(c.randomBytes(100_000)).size, [...new Set(numbers)].sort(), c.randomInt(1), called,
        /^[\\da-f]{8}-[\\da-f]{4}-4/.test(c.randomUUID()), c.randomFillSync(new Uint16Array(4)).length]`;
    expect(await run(code)).toEqual([100_000, 256, [3, 4, 5], 0, [null, 3], true, 4]);
  });

  test.each(["c.randomInt(0)", "c.randomInt(5, 5)", "c.randomInt(0.5)", "c.randomInt(2 ** 50)", "c.randomInt(NaN)"])(
    "%s is out of range",
    async (code) => {
      expect(await run(`try { ${code} } catch (e) { return e.name }`)).toBe("RangeError");
    },
  );

  test("timingSafeEqual tells whether bytes are the same", async () => {
    const code = `
      const same = (a, b) => { try { return c.timingSafeEqual(Buffer.from(a), Buffer.from(b)) } catch (e) { return e.name } };
      return [same("ab", "ab"), same("ab", "ac"), same("ab", "a")]`;
    expect(await run(code)).toEqual([true, false, "RangeError"]);
  });
});

describe("signatures", () => {
  let keys: Awaited<ReturnType<typeof makeKeys>>;
  beforeAll(async () => {
    keys = await makeKeys();
  });

  test("by RSA are Node's, and verified by any form of the key", async () => {
    const code = `
      const signature = c.createSign("RSA-SHA256").update("a").update("bc").sign(args.rsa, "base64");
      const verify = (key, data = "abc") => c.createVerify("SHA256").update(data).verify(key, signature, "base64");
      const spki = c.createPublicKey(args.rsa);
      const der = { key: spki.export({ format: "der", type: "spki" }), format: "der", type: "spki" };
      return [signature, verify(args.rsaPublic), verify(args.rsa), verify(spki), verify(der), verify({ key: Buffer.from(args.rsaPublic) }), verify(args.rsaPublic, "abd")]`;
    const [signature, ...verified] = (await run(code, keys)) as [string, ...boolean[]];
    expect(verified).toEqual([true, true, true, true, true, false]);
    const { createVerify } = await import("node:crypto");
    expect(createVerify("RSA-SHA256").update("abc").verify(keys.rsaPublic, signature, "base64")).toBe(true);
  });

  test("by RSA-PSS, ECDSA in both encodings, and with a callback", async () => {
    const code = `
      const pss = { key: args.rsa, padding: c.constants.RSA_PKCS1_PSS_PADDING, saltLength: c.constants.RSA_PSS_SALTLEN_DIGEST };
      const signed = c.sign("sha256", "abc", pss);
      const ieee = { key: args.ec, dsaEncoding: "ieee-p1363" };
      const raw = c.sign("sha256", "abc", ieee);
      const publicKey = c.createPublicKey({ key: args.jwk, format: "jwk" });
      const called = await new Promise((resolve) => c.verify("sha256", "abc", { key: publicKey, dsaEncoding: "ieee-p1363" }, raw, (error, is) => resolve(is)));
      return [c.verify("sha256", "abc", { ...pss, key: args.rsaPublic }, signed), c.verify("sha256", "abc", args.rsaPublic, signed), raw.length,
        called, c.verify("sha256", "abc", publicKey, c.sign("sha256", "abc", args.ec))]`;
    expect(await run(code, keys)).toEqual([true, false, 64, true, true]);
  });

  test("keys tell what they are", async () => {
    const code = `
      const describe = (key) => [key.type, key.asymmetricKeyType, key.asymmetricKeyDetails, key instanceof c.KeyObject];
      return [args.rsa, args.ec].map((pem) => describe(c.createPrivateKey(pem))).concat([describe(c.createPublicKey(args.rsa))])`;
    expect(await run(code, keys)).toEqual([
      ["private", "rsa", { modulusLength: 2048 }, true],
      ["private", "ec", { namedCurve: "prime256v1" }, true],
      ["public", "rsa", { modulusLength: 2048 }, true],
    ]);
  });

  test.each([
    ["c.createPrivateKey('no key')", "Failed to parse private key"],
    ["c.createPrivateKey('-----BEGIN ENCRYPTED PRIVATE KEY-----')", "is encrypted: decrypt it first"],
    ["c.createPrivateKey('x'.repeat(1e6))", "a key has at most"],
    ["c.createPublicKey({ key: {}, format: 'jwk' })", ""],
    ["c.createPublicKey({ key: Buffer.from('x'), format: 'der', type: 'spki' })", ""],
    ["c.createPublicKey({ key: Buffer.from('x'), format: 'der', type: 'x' })", "type of a DER key"],
    ["c.createSign('RSA-SHA256').update('x').sign('no key')", "Failed to parse private key"],
    ["c.sign('sha256', 'x', args.rsaPublic)", ""],
    ["c.sign('nonsense', 'x', args.rsa)", "Digest method not supported"],
    ["c.sign('sha256', 'x', { key: args.rsa, padding: 99 })", ""],
    ["c.sign('sha256', 'x')", 'The "key" argument'],
  ])("%s is an error of the plugin's", async (code, message) => {
    const { kind, message: said } = await endOf(`${CRYPTO} ${code}`, keys);
    expect([kind, said]).toEqual(["threw", expect.stringContaining(message)]);
  });

  test("take fuel, as they take time", async () => {
    const little = { limits: { fuel: 5_000_000 } };
    const code = `${CRYPTO} for (;;) c.sign("sha256", "x", args.rsa)`;
    expect(await endOf(code, keys, little)).toMatchObject({ kind: "fuel" });
  });
});

describe("ciphers", () => {
  test("AES is right and comes back, in pieces", async () => {
    // NIST SP 800-38A, F.2.1, the first block.
    const code = `
      const key = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");
      const iv = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
      const cipher = c.createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
      const text = "6bc1bee22e409f96e93d7e117393172a";
      const encrypted = cipher.update(text.slice(0, 10), "hex", "hex") + cipher.update(text.slice(10), "hex", "hex") + cipher.final("hex");
      const decipher = c.createDecipheriv("AES-128-CBC", key, iv).setAutoPadding(false);
      return [encrypted, decipher.update(encrypted, "hex", "hex") + decipher.final("hex")]`;
    expect(await run(code)).toEqual(["7649abac8119b246cee98e9b12e9197d", "6bc1bee22e409f96e93d7e117393172a"]);
  });

  test("GCM authenticates: with the wrong tag, text or data there is no answer", async () => {
    const code = `
      const [key, iv] = [Buffer.alloc(32, 1), Buffer.alloc(12, 2)];
      const cipher = c.createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from("header"));
      const text = Buffer.concat([cipher.update("hé"), cipher.final()]);
      const decrypt = (change) => {
        const decipher = c.createDecipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(change === "aad" ? "x" : "header"));
        const tag = cipher.getAuthTag();
        if (change === "tag") tag[0] ^= 1;
        if (change !== "none") decipher.setAuthTag(change === "short" ? tag.subarray(0, 4) : tag);
        try { return decipher.update(text, null, "utf8") + decipher.final("utf8") } catch (e) { return e.name }
      };
      return ["", "aad", "tag", "short", "none"].map(decrypt)`;
    expect(await run(code)).toEqual(["hé", "Error", "Error", "TypeError", "TypeError"]);
  });

  test.each([
    "c.createCipheriv('des', 'k', 'i')",
    "c.createCipheriv('aes-256-cbc', 'short', Buffer.alloc(16)).final()",
    "c.createCipheriv('aes-256-cbc', Buffer.alloc(32), 'short').final()",
    "c.createDecipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16)).update('odd') + c.createDecipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16)).final()",
  ])("%s is an error of the plugin's", async (code) => {
    expect(await endOf(`${CRYPTO} ${code}`)).toMatchObject({ kind: "threw" });
  });
});

describe("derived keys", () => {
  test("are those of the algorithms' own documents", async () => {
    // RFC 7914, sections 11 and 12.
    const code = `
      const late = (name, ...args) => new Promise((resolve) => c[name](...args, (error, key) => resolve(key.toString("hex"))));
      return [c.pbkdf2Sync("passwd", "salt", 1, 16, "sha256").toString("hex"), await late("pbkdf2", "passwd", "salt", 1, 16, "sha256"),
        c.scryptSync("password", "NaCl", 16, { N: 1024, r: 8, p: 16 }).toString("hex"), await late("scrypt", "password", "NaCl", 16, { N: 1024, r: 8, p: 16 }), (await late("scrypt", "p", "s", 16)).length]`;
    const [pbkdf2, scrypt] = ["55ac046e56e3089fec1691c22544b605", "fdbabe1c9d3472007856e7190d01e9fe"];
    expect(await run(code)).toEqual([pbkdf2, pbkdf2, scrypt, scrypt, 32]);
  });

  test("cost fuel by their iterations, and are not begun where it does not suffice", async () => {
    const fuelOf = async (iterations: number) =>
      (await endOf(`${CRYPTO} c.pbkdf2Sync("p", "s", ${iterations}, 32, "sha256")`)).fuel;
    expect((await fuelOf(2000)) - (await fuelOf(1000))).toBe(100_000);
    expect(await endOf(`${CRYPTO} c.pbkdf2Sync("p", "s", 4e9, 4096, "sha256")`)).toMatchObject({ kind: "fuel" });
    const little = { limits: { fuel: 5_000_000 } };
    expect(await endOf(`${CRYPTO} c.scryptSync("p", "s", 32)`, {}, little)).toMatchObject({ kind: "fuel" });
  });

  test.each([
    ["c.scryptSync('p', 's', 32, { N: 2 ** 20 })", "bytes of memory"],
    ["c.scryptSync('p', 's', 32, { N: 2 ** 31, r: 2 ** 31, p: 2 ** 31 })", "bytes of memory"],
    ["c.scryptSync('p', 's', 1e9)", "at most 4096 bytes"],
    ["c.pbkdf2Sync('p', 's', 1, 1e9, 'md5')", "at most 4096 bytes"],
    ["c.pbkdf2Sync('p', 's', 0, 1, 'md5')", ""],
    ["c.pbkdf2Sync('p', 's', -1, 1, 'md5')", "expected u32"],
    ["c.pbkdf2('p', 's', 1, 1, 'md5')", "callback"],
  ])("%s is an error of the plugin's", async (code, message) => {
    const { kind, message: said } = await endOf(`${CRYPTO} ${code}`);
    expect([kind, said]).toEqual(["threw", expect.stringContaining(message)]);
  });
});

describe("the global crypto", () => {
  test("has digests and HMAC", async () => {
    const code = `
      const { subtle } = crypto;
      const hex = (buffer) => Buffer.from(buffer).toString("hex");
      const key = await subtle.importKey("raw", Buffer.from("Jefe"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
      const data = Buffer.from("what do ya want for nothing?");
      const signature = await subtle.sign("HMAC", key, data);
      return [hex(await subtle.digest("SHA-1", Buffer.from("abc"))), hex(await subtle.digest({ name: "SHA-256" }, new ArrayBuffer(0))).slice(0, 8), signature instanceof ArrayBuffer, hex(signature).slice(0, 8),
        await subtle.verify("HMAC", key, signature, data), await subtle.verify("HMAC", key, signature, Buffer.from("x")), subtle === require("crypto").subtle]`;
    expect(await evaluate(code)).toEqual([
      "a9993e364706816aba3e25717850c26c9cd0d89d",
      "e3b0c442",
      true,
      "5bdcc146",
      true,
      false,
      true,
    ]);
  });

  test("refuses what it does not have, and keys for another use", async () => {
    const code = `
      const { subtle } = crypto;
      const said = (promise) => promise.then(() => "nothing", (e) => e.name);
      const hmac = { name: "HMAC", hash: "SHA-256" };
      const key = await subtle.importKey("raw", Buffer.from("k"), hmac, false, ["verify"]);
      return [await said(subtle.digest("SHA-9", Buffer.from(""))), await said(subtle.importKey("raw", Buffer.from("k"), "AES-CBC", false, [])),
        await said(subtle.importKey("jwk", {}, hmac, false, [])), await said(subtle.sign("HMAC", key, Buffer.from(""))), await said(subtle.sign("HMAC", {}, Buffer.from("")))]`;
    expect(await evaluate(code)).toEqual([
      "Error",
      "NotSupportedError",
      "NotSupportedError",
      "InvalidAccessError",
      "InvalidAccessError",
    ]);
  });
});
