import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

/** All of it lies in the host's hands at once: no other limit ends these in the middle. */
const LIMITS = { fuel: 8_000_000, returnedBytes: 4_000_000 };

describe("What the host does with a long input, again for each part of its result, is charged for each.", () => {
  test("a salt that PBKDF2 hashes for each block of the key", async () => {
    const body = `require("crypto").pbkdf2Sync("p", Buffer.alloc(1e5), 1, 4096, "md5")`;
    await stopped("fuel", body, { limits: LIMITS });
  });

  test("a salt that scrypt hashes for each of its blocks", async () => {
    const body = `require("crypto").scryptSync("p", Buffer.alloc(1e5), 64, { N: 2, r: 8, p: 50 })`;
    await stopped("fuel", body, { limits: LIMITS });
  });

  test("the blocks that scrypt hashes for each part of the key", async () => {
    const body = `require("crypto").scryptSync("p", "s", 4096, { N: 2, r: 1, p: 4000 })`;
    await stopped("fuel", body, { limits: LIMITS });
  });
});
