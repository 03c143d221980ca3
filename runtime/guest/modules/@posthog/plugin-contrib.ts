interface Options {
  /** Points that a batch may have; more only if a single object has. */
  limit: number;
  onFlush?: (objects: unknown[], points: number) => unknown;
}

/**
 * PostHog's helpers for authors. A buffer is flushed when its limit is reached, and before the call ends in which something was added: so
 * `timeoutSeconds` never has to pass.
 */
export default {
  createBuffer(given: Partial<Options> = {}) {
    const { limit, onFlush }: Options = { limit: 10, ...given };
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
      add(object: unknown, worth = 1): void {
        if (points > 0 && points + worth > limit) library.buffers.wait(flush());
        if (objects.length === 0) library.buffers.add(flush);
        objects.push(object);
        points += worth;
        if (points > limit) library.buffers.wait(flush());
      },
      flush,
    };
  },
};
