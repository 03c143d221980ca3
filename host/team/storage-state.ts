import type { QuotaSpent } from "./quotas/quota-spent.ts";

/** What plugin configs have stored: JSON texts by config and key. */
export interface StorageState {
  storageGet(configId: number, key: string): Promise<string | null>;
  /** @returns the quota that it would go beyond; null when it is stored */
  storageSet(configId: number, key: string, json: string): Promise<QuotaSpent | null>;
  storageDelete(configId: number, key: string): Promise<void>;
  /** @returns the quota that it would go beyond; null when the number is there */
  cursorInit(configId: number, key: string, initial: number): Promise<QuotaSpent | null>;
  /** @returns the new number, the quota that it would go beyond, or null when the key holds something else */
  cursorIncrement(configId: number, key: string, by: number): Promise<number | QuotaSpent | null>;
}
