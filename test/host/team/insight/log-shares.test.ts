import { expect, test } from "vitest";
import { shareOf } from "../../../../host/team/insight/log-shares.ts";

test.each([
  [[], 10, 10],
  [[4, 6], 10, 10],
  [[1, 100], 10, 9],
  [[100, 100], 10, 5],
  [[2, 3, 100, 100], 25, 10],
  [[1, 1, 1], 2, 1],
])("of %j, with room for %i, each may have %i", (sizes, room, share) => {
  expect(shareOf(sizes, room)).toBe(share);
});
