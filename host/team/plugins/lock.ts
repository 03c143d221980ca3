/** Lets tasks through in the order of asking: those that share, beside each other; any other, alone. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();
  #sharing = new Set<Promise<unknown>>();

  /** Runs a task alone. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const before = Promise.all([this.#last, ...this.#sharing]);
    this.#sharing = new Set();
    const result = before.then(task);
    this.#last = ended(result);
    return result;
  }

  /** Runs a task beside others that share. */
  share<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    const sharing = this.#sharing;
    const end = ended(result).then(() => void sharing.delete(end));
    sharing.add(end);
    return result;
  }
}

const ended = (task: Promise<unknown>): Promise<void> =>
  task.then(
    () => undefined,
    () => undefined,
  );
