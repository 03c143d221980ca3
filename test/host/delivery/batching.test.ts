import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS, takeBatch } from "../../../host/delivery/batching.ts";

const size = (bytes: number) => bytes;

test("stops at 500 events", () => {
  expect(takeBatch(Array(1200).fill(10), size)).toHaveLength(MAX_BATCH_EVENTS);
});

test("stops before 5 MB, the commas counted", () => {
  const half = MAX_BATCH_BYTES / 2;
  expect(takeBatch([half, half], size)).toHaveLength(1);
  expect(takeBatch([half, half - 1], size)).toHaveLength(2);
});

test("takes an event above the limit, alone", () => {
  expect(takeBatch([MAX_BATCH_BYTES * 2, 1], size)).toEqual([MAX_BATCH_BYTES * 2]);
});

test("takes nothing from an empty queue", () => {
  expect(takeBatch([], size)).toEqual([]);
});

test("reads no further than one event past the batch", () => {
  let read = 0;
  function* cursor() {
    for (;;) {
      read += 1;
      yield 10;
    }
  }
  expect(takeBatch(cursor(), size, { maxEvents: 3, maxBytes: 1000 })).toHaveLength(3);
  expect(read).toBe(3);
});

test("empties any queue in order, each batch within its limits and as long as they allow", () => {
  const limits = { maxEvents: 5, maxBytes: 100 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150 })), (sizes) => {
      const queue = sizes.map((bytes, index) => ({ bytes, index }));
      const taken: number[] = [];
      while (queue.length > 0) {
        const batch = takeBatch(queue, (event) => event.bytes, limits);
        queue.splice(0, batch.length);
        taken.push(...batch.map((event) => event.index));
        const bytes = batch.reduce((sum, event) => sum + event.bytes + 1, -1);
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(limits.maxEvents);
        if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
        const next = queue[0];
        if (next && batch.length < limits.maxEvents) expect(bytes + next.bytes + 1).toBeGreaterThan(limits.maxBytes);
      }
      expect(taken).toEqual(sizes.map((_, index) => index));
    }),
  );
});
