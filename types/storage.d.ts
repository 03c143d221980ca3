/** `meta.storage`: values that last as long as the plugin is configured for the team. Keys have at most 200 characters. */
export interface StorageExtension {
  /** Stores a value as JSON. `undefined` deletes. */
  set: (key: string, value: unknown) => Promise<void>;
  /** The stored value, or the default where there is none. What was stored is not checked to be a `T`. */
  get: {
    <T = unknown>(key: string, defaultValue: null): Promise<T | null>;
    <T = unknown>(key: string, defaultValue?: undefined): Promise<T | undefined>;
    <T>(key: string, defaultValue: T): Promise<T>;
  };
  del: (key: string) => Promise<void>;
}

/** `meta.utils`. */
export interface UtilsExtension {
  cursor: CursorUtils;
}

/** Numbers in the same place as `meta.storage`. */
export interface CursorUtils {
  /** Sets the number where there is none. */
  init: (key: string, initialValue?: number) => Promise<void>;
  /** Adds to the number, one unless said otherwise, and gives the new one. No other call comes between. */
  increment: (key: string, incrementBy?: number) => Promise<number>;
}
