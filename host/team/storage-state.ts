/** What plugin configs have stored: JSON texts by config and key. */
export interface StorageState {
  storageGet(configId: number, key: string): Promise<string | null>;
  storageSet(configId: number, key: string, json: string): Promise<void>;
  storageDelete(configId: number, key: string): Promise<void>;
  cursorInit(configId: number, key: string, initial: number): Promise<void>;
  /** @returns the new number, or null when the key holds something else */
  cursorIncrement(configId: number, key: string, by: number): Promise<number | null>;
}
