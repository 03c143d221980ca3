import { expect, test } from "vitest";

import { timeInRounds } from "../../bench/measure/rounds.ts";
import { quantile } from "../../bench/measure/spread.ts";

test("quantiles lie between the samples around them", () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([4, 1], 0.5)).toBe(2.5);
  expect(quantile([0, 10, 20, 30], 0.1)).toBeCloseTo(3);
});

test("subjects take turns, and each round another one begins", async () => {
  const order: string[] = [];
  const subject = (name: string) => ({ name, prepare: () => name, run: (ran: string) => void order.push(ran) });
  const times = await timeInRounds(["a", "b", "c"].map(subject), { rounds: 3, batchMs: 1, warmUpMs: 0 });
  expect(order.slice(-9).join("")).toBe("abcbcacab");
  expect([...times.keys()]).toEqual(["a", "b", "c"]);
});
