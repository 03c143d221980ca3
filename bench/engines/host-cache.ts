/** The cache that every engine's host provides: in memory, so that what is measured is the way to it. */
export class HostCache {
  readonly #values = new Map<string, string>();

  get = async (key: string): Promise<string | undefined> => this.#values.get(key);

  incr = async (key: string): Promise<number> => {
    const next = Number(this.#values.get(key) ?? 0) + 1;
    this.#values.set(key, String(next));
    return next;
  };
}
