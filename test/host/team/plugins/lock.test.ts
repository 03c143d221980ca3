import { expect, test } from "vitest";

import { Lock } from "../../../../host/team/plugins/lock.ts";

/** A task that begins and ends in the log, in so many steps. */
function tasks() {
  const log: string[] = [];
  const task =
    (name: string, steps = 3) =>
    async () => {
      log.push(`${name} begins`);
      for (let step = 0; step < steps; step++) await Promise.resolve();
      log.push(`${name} ends`);
    };
  return { log, task };
}

test("tasks that share run beside each other, and one that does not runs alone, in the order of asking", async () => {
  const lock = new Lock();
  const { log, task } = tasks();
  await Promise.all([
    lock.share(task("a")),
    lock.share(task("b")),
    lock.run(task("alone")),
    lock.share(task("c")),
    lock.run(task("last")),
  ]);
  expect(log).toEqual([
    "a begins",
    "b begins",
    "a ends",
    "b ends",
    "alone begins",
    "alone ends",
    "c begins",
    "c ends",
    "last begins",
    "last ends",
  ]);
});

test("a task that fails keeps no other from its turn", async () => {
  const lock = new Lock();
  const { log, task } = tasks();
  const failing = async () => {
    throw new Error("no luck");
  };
  await expect(Promise.all([lock.share(failing), lock.run(task("a"))])).rejects.toThrow("no luck");
  await expect(Promise.all([lock.run(failing), lock.share(task("b"))])).rejects.toThrow("no luck");
  await lock.run(task("c"));
  expect(log.filter((line) => line.endsWith("ends"))).toEqual(["a ends", "b ends", "c ends"]);
});
