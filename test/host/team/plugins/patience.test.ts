import { expect, test } from "vitest";

import { Patience } from "../../../../host/team/plugins/patience.ts";
import { UnderWay } from "../../../../host/team/plugins/under-way.ts";

/** A plugin whose jobs end when the test says so, by a clock of its own. */
function jobs() {
  let now = 0;
  const beside = new UnderWay();
  const begin = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    void beside.during(() => promise);
    return async () => {
      resolve();
      await beside.idle;
    };
  };
  return { begin, patience: new Patience(beside, () => now), passTime: (ms: number) => void (now += ms) };
}

test("events do not wait for what is not there", async () => {
  const { patience } = jobs();
  expect(await patience.lasts()).toBe(true);
});

test("events wait a second in all for jobs that follow one another, and then no more until the last has ended", async () => {
  const { begin, patience, passTime } = jobs();
  for (let i = 0; i < 2; i++) {
    const end = begin();
    const lasts = patience.lasts();
    passTime(600);
    await end();
    expect(await lasts).toBe(true);
  }
  let end = begin();
  expect(await patience.lasts()).toBe(false);
  await end();
  // The next of a queue begins in a moment.
  setTimeout(() => {
    end = begin();
  }, 0);
  expect(await patience.lasts()).toBe(false);
  await end();
  expect(await patience.lasts()).toBe(true);

  end = begin();
  const lasts = patience.lasts();
  passTime(600);
  await end();
  expect(await lasts).toBe(true);
});
