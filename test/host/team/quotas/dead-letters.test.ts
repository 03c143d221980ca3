import { expect, test, vi } from "vitest";
import { TestTeam, useClock } from "../test-team.ts";
import { usedOf } from "../../../../host/team/quotas/usage.ts";

useClock();

test("dead letters are kept beyond the quota too, and the log warns once", async () => {
  vi.stubGlobal("fetch", async () => new Response("no", { status: 400 }));
  const team = await TestTeam.create({
    quotas: { dead_letter_bytes: 1000 },
    posthogHost: "https://posthog.test",
    posthogApiKey: "phc_x",
  });
  const large = { properties: { text: "ä".repeat(700_000) } };
  for (const event of [{ properties: { text: "ä".repeat(500) } }, {}, large]) {
    await team.accept(event);
    await team.work();
  }
  expect(await team.deadLetters()).toHaveLength(3);
  const told = (await team.logged("SYSTEM")).filter((line) => line.includes("quota"));
  expect(told).toEqual([
    expect.stringMatching(
      /^1\d\d % of the quota dead_letter_bytes are used, \d+ of 1000: dead letters are kept all the same\.$/,
    ),
  ]);
  const used = async () =>
    usedOf(await team.inside((object) => object.usage({ teamId: team.id, shard: 0 })), "dead_letter_bytes");
  // What lies in R2 counts, too.
  expect(await used()).toBeGreaterThan(1_401_000);
  const counted = await used();
  await team.restart();
  expect(await used()).toBe(counted);
});
