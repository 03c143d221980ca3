import type { Bound } from "../../bind.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { later } from "./callback.ts";
import { hashName } from "./hash.ts";

type Options = Readonly<Record<string, unknown>>;

export function makeDerivations(host: Bound<"crypto">) {
  const pbkdf2Sync = (password: unknown, salt: unknown, iterations: number, length: number, digest: unknown): unknown =>
    fromBytes(
      host.pbkdf2(
        hashName(digest),
        toBytes(password, "utf8", "password"),
        toBytes(salt, "utf8", "salt"),
        iterations,
        length,
      ),
      undefined,
    );
  const scryptSync = (password: unknown, salt: unknown, length: number, options: Options = {}): unknown =>
    fromBytes(
      host.scrypt(toBytes(password, "utf8", "password"), toBytes(salt, "utf8", "salt"), costOf(options), length),
      undefined,
    );
  return {
    pbkdf2Sync,
    pbkdf2(
      password: unknown,
      salt: unknown,
      iterations: number,
      length: number,
      digest: unknown,
      callback: unknown,
    ): void {
      later(callback, () => pbkdf2Sync(password, salt, iterations, length, digest));
    },
    scryptSync,
    scrypt(password: unknown, salt: unknown, length: number, ...rest: unknown[]): void {
      const [options, callback] = rest.length > 1 ? rest : [{}, rest[0]];
      later(callback, () => scryptSync(password, salt, length, options as Options));
    },
  };
}

function costOf({ N, cost = N, r, blockSize = r, p, parallelization = p }: Options) {
  return {
    cost: Number(cost ?? 16_384),
    blockSize: Number(blockSize ?? 8),
    parallelization: Number(parallelization ?? 1),
  };
}
