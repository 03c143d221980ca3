import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { quotaError, type QuotaSpent } from "../team/quotas/quota-spent.ts";
import type { StorageState } from "../team/storage-state.ts";

/** Characters of a storage key, as PostHog's column allows. */
const MAX_KEY = 200;
/** UTF-16 units of a value: a row of SQLite in a Durable Object holds at most 2 MB. */
const MAX_VALUE = 600_000;

/** `meta.storage` and `utils.cursor` of one plugin config, in the team's tables or in whatever else does as they do. */
export function provideStorage(state: StorageState, configId: number): Capabilities["storage"] {
  return {
    get: async (key) => (await state.storageGet(configId, checked(key))) ?? undefined,
    async set(key, value) {
      if (value.length > MAX_VALUE)
        throw new HostError(
          "RangeError",
          `storage.set: the value has ${value.length} characters of JSON, at most ${MAX_VALUE} are kept`,
        );
      admit("storage.set", await state.storageSet(configId, checked(key), value));
    },
    del: (key) => state.storageDelete(configId, checked(key)),
    async cursorInit(key, initial) {
      admit("utils.cursor.init", await state.cursorInit(configId, checked(key), initial));
    },
    async cursorIncrement(key, by) {
      const next = await state.cursorIncrement(configId, checked(key), by);
      if (next === null) throw new HostError("TypeError", `utils.cursor.increment: "${key}" does not hold a number`);
      if (typeof next === "object") throw quotaError("utils.cursor.increment", next);
      return next;
    },
  };
}

/** @throws {HostError} `QuotaExceededError` when a quota stood against it */
function admit(what: string, spent: QuotaSpent | null): void {
  if (spent) throw quotaError(what, spent);
}

function checked(key: string): string {
  if (key.length > MAX_KEY)
    throw new HostError("RangeError", `storage: a key has at most ${MAX_KEY} characters, this one has ${key.length}`);
  return key;
}
