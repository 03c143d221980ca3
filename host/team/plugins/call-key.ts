import { fromBase64, toBase64 } from "../../bytes.ts";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import type { Facts } from "../facts.ts";

/** What a call's randomness follows from. The same facts give the same key, after a crash as before it. */
export interface CallFacts {
  /** The message's id, or what stands for it in a call without an event. */
  ingestId: string;
  configRevision: string;
  function: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
}

/** Of a plugin's script, which runs before any call. */
export const scriptFacts = (configRevision: string): CallFacts => ({
  ingestId: "load",
  configRevision,
  function: "",
  receivedAt: 0,
});

export const callFacts = (
  { revision }: { revision: string },
  { ingestId, function: name, at }: { ingestId: string; function: string; at: number },
): CallFacts => ({ ingestId, configRevision: revision, function: name, receivedAt: at });

/** Derives the 32-byte keys of calls from a secret of the team object, so that no plugin can foresee them. */
export class CallKeys {
  readonly #secret: Uint8Array;

  constructor(facts: Facts) {
    this.#secret = fromBase64(secretOf(facts));
  }

  /** At once, since a plugin asks in the middle of its code; most never do. */
  derive({ ingestId, configRevision, function: name, receivedAt }: CallFacts): Uint8Array {
    const text = JSON.stringify([ingestId, configRevision, name, receivedAt]);
    return hmac(sha256, this.#secret, new TextEncoder().encode(text));
  }
}

function secretOf(facts: Facts): string {
  const kept = facts.get("callSecret");
  if (kept) return kept;
  const secret = toBase64(crypto.getRandomValues(new Uint8Array(32)));
  facts.set("callSecret", secret);
  return secret;
}
