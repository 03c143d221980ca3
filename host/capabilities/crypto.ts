import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { runCipher } from "./crypto/cipher.ts";
import { deriveByPbkdf2, deriveByScrypt } from "./crypto/derive.ts";
import { digest, hmac } from "./crypto/hash.ts";
import { describeKey } from "./crypto/keys.ts";
import { sign, verify } from "./crypto/sign.ts";

/** Cryptography by the platform's `node:crypto`, and random bytes of the call in hand. What takes long is charged in fuel before it is done. */
export function provideCrypto(scope: CallScope): Capabilities["crypto"] {
  return {
    random: (length) => scope.random.bytes(length),
    digest,
    hmac,
    readKey: (kind, source) => describeKey(scope, kind, source),
    sign: (privateKey, options, data) => sign(scope, privateKey, options, data),
    verify: (publicKey, options, data, signature) => verify(scope, publicKey, options, data, signature),
    cipher: runCipher,
    pbkdf2: (name, password, salt, iterations, length) =>
      deriveByPbkdf2(scope, name, { password, salt, length }, iterations),
    scrypt: (password, salt, cost, length) => deriveByScrypt(scope, { password, salt, length }, cost),
  };
}
