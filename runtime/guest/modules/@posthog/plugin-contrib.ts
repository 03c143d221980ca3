interface Options {
  /** Points that a batch may have; more only if a single object has. */
  limit: unknown;
  timeoutSeconds: unknown;
  onFlush?: (objects: unknown, points: unknown) => unknown;
}

/**
 * PostHog's helpers for authors. What a buffer gathers is kept by the host until its limit is reached or its time is over. What the host does
 * not keep is flushed when the limit is reached, and before the call ends.
 */
export default {
  createBuffer(given: Partial<Options> = {}) {
    const { limit: most, timeoutSeconds, onFlush }: Options = { limit: 10, timeoutSeconds: 60, ...given };
    const { calls, kept } = library.buffers;
    const limit = Number(most);
    const seconds = Number(timeoutSeconds);
    const number = kept.create((batch, worth) => onFlush?.(batch, worth));
    let objects: unknown[] = [];
    let points = 0;

    const flush = async (): Promise<void> => {
      if (objects.length === 0) return;
      const batch = objects;
      const worth = points;
      objects = [];
      points = 0;
      await onFlush?.(batch, worth);
    };
    return {
      add(object: unknown, given: unknown = 1): void {
        const worth = Number(given);
        if (number !== undefined && kept.add(number, limit, seconds, object, worth)) return;
        if (points > 0 && points + worth > limit) calls.wait(flush());
        if (objects.length === 0) calls.add(flush);
        objects.push(object);
        points += worth;
        if (points > limit) calls.wait(flush());
      },
      async flush(): Promise<void> {
        if (number !== undefined) kept.flush(number);
        await flush();
      },
    };
  },
};
