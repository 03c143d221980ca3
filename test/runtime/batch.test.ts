import { expect, test } from "vitest";

import { batchResults } from "../../runtime/batch.ts";

const results = (input: unknown[], output: unknown[]) => batchResults(JSON.stringify(input), JSON.stringify(output));

test("events that came back are ok, the others dropped, in the order in which they went in", () => {
  expect(
    results([{ uuid: "a" }, { uuid: "b" }, { uuid: "c" }], [{ uuid: "c" }, { uuid: "a", event: "changed" }]),
  ).toEqual([
    { uuid: "a", kind: "ok" },
    { uuid: "b", kind: "dropped" },
    { uuid: "c", kind: "ok" },
  ]);
});

test("new events, falsy elements and things that are no events match none", () => {
  expect(
    results([{ uuid: "a" }], [null, false, 0, "", "a", 5, [], { event: "new" }, { uuid: "other" }, { uuid: 1 }]),
  ).toEqual([{ uuid: "a", kind: "dropped" }]);
});

test("an event that came back twice is ok once", () => {
  expect(results([{ uuid: "a" }], [{ uuid: "a" }, { uuid: "a" }])).toEqual([{ uuid: "a", kind: "ok" }]);
  expect(results([], [{ uuid: "a" }])).toEqual([]);
});
