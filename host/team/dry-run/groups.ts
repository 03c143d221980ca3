/** Groups that are kept; plugins may make as many as they like. */
const MAX_GROUPS = 100;

interface Group<Key, Example> {
  key: Key;
  count: number;
  example: Example;
}

/** Things that are alike, counted, with the first of each kind as an example. */
export class Groups<Key extends readonly unknown[], Example> {
  readonly #groups = new Map<string, Group<Key, Example>>();
  /** Things of further kinds. */
  leftOut = 0;

  add(key: Key, example: () => Example): void {
    const place = JSON.stringify(key);
    const known = this.#groups.get(place);
    if (known) known.count++;
    else if (this.#groups.size < MAX_GROUPS) this.#groups.set(place, { key, count: 1, example: example() });
    else this.leftOut++;
  }

  /** The most frequent first. */
  list<Shown>(show: (key: Key, count: number, example: Example) => Shown): Shown[] {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    return groups.map(({ key, count, example }) => show(key, count, example));
  }
}
