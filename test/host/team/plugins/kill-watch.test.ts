import { describe, expect, test, vi } from "vitest";

import { lift, stop } from "../../../../host/store/kill-switches.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import type { KillKind } from "../../../../host/store/schema.ts";
import { KillWatch } from "../../../../host/team/plugins/kill-watch.ts";
import { env, muteErrors, passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

const MINUTE = 60_000;
const db = () => openRegistry(env);
const kill = (kind: KillKind, targetId: number) =>
  stop(db(), {
    kind,
    targetId,
    organizationId: null,
    teamId: null,
    reason: "x",
    role: "operator",
    by: "ops",
    createdAt: Date.now(),
  });

const SOURCE = "export const processEvent = (e) => { e.properties.ran = true; return e }";

/** Whether the plugin ran for one more event. */
async function runs(team: TestTeam): Promise<boolean> {
  await team.accept({});
  await team.work();
  const last = (await team.events()).at(-1) as { properties: { ran?: boolean } };
  return last.properties.ran === true;
}

/** Counts what is asked of the registry. */
/** What the registry is asked, but for the counters that are told to it once a minute. */
function countQueries() {
  const asked: string[] = [];
  const { REGISTRY } = env;
  const prepare = REGISTRY.prepare.bind(REGISTRY);
  vi.spyOn(REGISTRY, "prepare").mockImplementation((sql: string) => {
    if (!/roll_up/.test(sql)) asked.push(sql);
    return prepare(sql);
  });
  return asked;
}

describe("a switch that the object was not told of", () => {
  test.each(["everything", "version", "team", "config"] as const)(
    "is seen within a minute, over %s, and so is that it is lifted",
    async (kind) => {
      const team = await TestTeam.create();
      const config = await team.install(SOURCE);
      expect(await runs(team)).toBe(true);
      passTime(MINUTE);
      expect(await runs(team)).toBe(true);
      const target = { everything: 0, version: config.pluginVersionId, team: team.id, config: config.id }[kind];
      const { id } = await kill(kind, target);
      passTime(MINUTE);
      expect(await runs(team)).toBe(false);
      expect(await team.failures()).toMatchObject([{ kind: "denied" }]);
      await lift(db(), id);
      passTime(MINUTE);
      expect(await runs(team)).toBe(true);
    },
  );

  test("costs a look once a minute, however many events there are, and switches of others load nothing", async () => {
    const team = await TestTeam.create();
    await team.install(SOURCE);
    await runs(team);
    const asked = countQueries();
    passTime(MINUTE);
    await team.accept(...Array.from({ length: 100 }, () => ({})));
    await team.work();
    expect(asked).toHaveLength(1);
    passTime(MINUTE - 1);
    await team.accept(...Array.from({ length: 100 }, () => ({})));
    await team.work();
    expect(asked).toHaveLength(1);
    const { id } = await kill("config", 1_000_000);
    asked.length = 0;
    passTime(MINUTE);
    expect(await runs(team)).toBe(true);
    // The look, and the switches over this team.
    expect(asked).toHaveLength(2);
    await lift(db(), id);
  });

  test("does not keep events when it cannot be looked for", async () => {
    const team = await TestTeam.create();
    await team.install(SOURCE);
    await runs(team);
    const errors = muteErrors();
    passTime(MINUTE);
    const broken = vi.spyOn(env.REGISTRY, "prepare").mockImplementation(() => {
      throw new Error("D1 is down");
    });
    expect(await runs(team)).toBe(true);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining("D1 is down"));
    broken.mockRestore();
  });
});

test("objects of an isolate share what one of them reads, and do not wait for it", async () => {
  const watch = new KillWatch();
  let answer: (mark: string) => void = () => undefined;
  const first = watch.mark(() => new Promise((resolve) => (answer = resolve)), 0);
  const never = (): Promise<string> => Promise.reject(new Error("read twice"));
  expect(await watch.mark(never, 1)).toBeUndefined();
  answer("a");
  expect(await first).toBe("a");
  expect(await watch.mark(never, MINUTE - 1)).toBe("a");
  expect(await watch.mark(async () => "b", MINUTE)).toBe("b");
});
