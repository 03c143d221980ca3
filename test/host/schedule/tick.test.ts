import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { Env } from "../../../host/env.ts";
import { tick } from "../../../host/schedule/tick.ts";
import { tickPage } from "../../../host/schedule/tick-page.ts";
import { tickingIn } from "../../../host/schedule/ticker.ts";
import { askForForgottenTasks, dueTeams } from "../../../host/store/due-teams.ts";
import { env, muteErrors, START, TestTeam } from "../team/test-team.ts";
import { createConfig } from "../../../host/store/plugin-configs.ts";
import { call } from "../api/client.ts";
import { migratedRegistry } from "../store/registry.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const db = await migratedRegistry();

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});

afterAll(() => {
  vi.useRealTimers();
});

const dueIds = async (beat: number): Promise<number[]> => (await dueTeams(db, beat, 0, 10_000)).map(({ id }) => id);

describe("a beat", () => {
  test("reaches the teams that have a task due, and none that has not", async () => {
    const minutely = await TestTeam.create();
    const hourly = await TestTeam.create();
    const none = await TestTeam.create();
    await minutely.install(`export const runEveryMinute = () => console.log("minute");`);
    const { id } = await hourly.install(`export const runEveryHour = () => console.log("hour");`);
    await none.install(`export const processEvent = (event) => event;`);
    // All are asked once, as their configs are new.
    expect(await dueIds(START)).toEqual(expect.arrayContaining([minutely.id, hourly.id, none.id]));
    await tick(env, START + MINUTE);
    const [hour] = (await hourly.stub().listTasks(hourly.address)).filter((task) => task.pluginConfigId === id);
    const due = hour?.dueAt ?? 0;
    expect(due).toBeGreaterThan(START + MINUTE - 1);
    for (let beat = START + 2 * MINUTE; beat <= START + HOUR + MINUTE; beat += MINUTE) {
      const asked = await dueIds(beat);
      expect([asked.includes(minutely.id), asked.includes(none.id)]).toEqual([true, false]);
      expect(asked.includes(hourly.id)).toBe(beat === due || (due === START + MINUTE && beat === due + HOUR));
      if (asked.includes(hourly.id)) await tick(env, beat);
    }
  });

  test("reaches a team again whose configs have changed", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const processEvent = (event) => event;`);
    await tick(env, START + MINUTE);
    expect(await dueIds(START + 2 * MINUTE)).not.toContain(team.id);
    vi.setSystemTime(START + MINUTE + 30_000);
    await team.upgrade(config, `export const runEveryMinute = () => console.log("minute");`);
    await team.reconfigure();
    expect(await dueIds(START + 2 * MINUTE)).toContain(team.id);
    await tick(env, START + 2 * MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["minute"]);
    vi.setSystemTime(START);
  });

  test("does not forget a change that is made while it is under way", async () => {
    const team = await TestTeam.create();
    const config = await team.install(`export const processEvent = (event) => event;`);
    const [due] = (await dueTeams(db, START + MINUTE, team.id - 1, 1)).filter(({ id }) => id === team.id);
    if (!due) throw new Error("the team is not due");
    vi.setSystemTime(START + 1);
    // Saved after the page was read, and before the team's object was asked with what it knew.
    await team.stub().tick(team.address, START, due.since);
    await team.update(config.id, { name: "renamed" });
    await tickPage(tickingIn(env), START + MINUTE, [due]);
    expect(await dueIds(START + 2 * MINUTE)).toContain(team.id);
    vi.setSystemTime(START);
  });

  test("has a team's objects heed a change that they were not told of", async () => {
    const team = await TestTeam.create({ shards: 2 });
    const config = await team.install(`export const processEvent = (event) => event;`);
    await tick(env, START + MINUTE);
    vi.setSystemTime(START + MINUTE + 1);
    const source = `export const runEveryMinute = () => console.log("minute");
      export const processEvent = (event) => ({ ...event, properties: { version: 2 } });`;
    // The Worker has ended before it could tell them.
    await team.upgrade(config, source);
    await tick(env, START + 2 * MINUTE);
    await tick(env, START + 3 * MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["minute"]);
    await team.accept(...["a", "b", "c", "d"].map((distinct_id) => ({ distinct_id })));
    await team.work();
    for (const { properties } of await team.events()) expect(properties).toMatchObject({ version: 2 });
    vi.setSystemTime(START);
  });

  test("reaches a team again that may use a plugin again, and stops what it may use no more", async () => {
    const [owner, team] = [await TestTeam.create(), await TestTeam.create()];
    const { pluginId } = await owner.install(`export const runEveryMinute = () => console.log("minute");`);
    const offer = async (is_global: boolean): Promise<void> => {
      expect((await call("PATCH", `/api/plugins/${pluginId}`, { is_global })).status).toBe(200);
    };
    let minutes = 0;
    const runsOf = async (beats: number): Promise<number> => {
      const before = (await team.logged("CONSOLE")).length;
      for (const end = minutes + beats; minutes < end;) {
        vi.setSystemTime(START + ++minutes * MINUTE);
        await tick(env, Date.now());
        await team.work();
      }
      return (await team.logged("CONSOLE")).length - before;
    };
    await offer(true);
    await createConfig(db, team.id, { pluginId, config: {}, enabled: true }, Date.now());
    expect(await runsOf(2)).toBe(2);
    await offer(false);
    expect(await runsOf(2)).toBe(0);
    await team.restart();
    expect(await runsOf(2)).toBe(0);
    await offer(true);
    expect(await runsOf(3)).toBeGreaterThanOrEqual(2);
    await offer(false);
    vi.setSystemTime(START);
  });

  test("comes once a day to a team whose tasks have no time, whyever that is", async () => {
    const [team, none] = [await TestTeam.create(), await TestTeam.create()];
    await team.install(`export const runEveryMinute = () => console.log("minute");`);
    await none.install(`export const processEvent = (event) => event;`);
    await env.REGISTRY.prepare("update team set tasks_due_at = null").run();
    await askForForgottenTasks(db, START);
    const asked = await dueIds(START);
    expect([asked.includes(team.id), asked.includes(none.id)]).toEqual([true, false]);
  });

  test("that one team fails on reaches all the others, and that team again a minute later", async () => {
    const errors = muteErrors();
    const broken = await TestTeam.create();
    const team = await TestTeam.create();
    const source = `export const runEveryMinute = () => console.log("minute");`;
    await broken.install(source);
    await team.install(source);
    await broken.inside((_, { storage }) => void storage.sql.exec("alter table task rename to task_elsewhere"));
    await tick(env, START + MINUTE);
    await team.work();
    expect(await team.logged("CONSOLE")).toEqual(["minute"]);
    expect(errors).toHaveBeenCalledWith(expect.stringContaining(`team ${broken.id} could not be ticked`));
    errors.mockRestore();
    await broken.inside((_, { storage }) => void storage.sql.exec("alter table task_elsewhere rename to task"));
    await tick(env, START + 2 * MINUTE);
    await broken.work();
    expect(await broken.logged("CONSOLE")).toEqual(["minute"]);
  });
});

/** What one invocation asks of others. */
interface Asked {
  /** Statements of D1, and calls of objects. */
  subrequests: number;
  /** Of them, at the same time. */
  most: number;
}

/** An environment that counts what goes out through it. */
function counting(): { env: Env; asked: Asked } {
  const asked: Asked = { subrequests: 0, most: 0 };
  let underWay = 0;
  const count = async <T>(request: () => Promise<T>): Promise<T> => {
    asked.subrequests++;
    asked.most = Math.max(asked.most, ++underWay);
    try {
      return await request();
    } finally {
      underWay--;
    }
  };
  const counted = <T extends object>(of: T, methods: readonly string[], wrap: (result: object) => object): T =>
    new Proxy(of, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name, target);
        if (typeof found !== "function") return found;
        const call = (...args: unknown[]): unknown => Reflect.apply(found, target, args);
        if (methods.includes(String(name))) return (...args: unknown[]) => count(async () => call(...args));
        return (...args: unknown[]) => {
          const result = call(...args);
          return typeof result === "object" && result !== null ? wrap(result) : result;
        };
      },
    });
  const statement = (of: object): object => counted(of, ["all", "run", "raw", "first"], statement);
  const stub = (of: object): object => counted(of, ["tick"], (result) => result);
  return {
    asked,
    env: {
      ...env,
      REGISTRY: counted(env.REGISTRY, ["batch", "exec"], statement),
      TEAM: counted(env.TEAM, [], (result) => ("tick" in result ? stub(result) : result)),
      TICKER: counted(env.TICKER, [], (result) => ("tick" in result ? stub(result) : result)),
    },
  };
}

describe("a beat for a thousand teams", { timeout: 120_000 }, () => {
  const TEAMS = 1_000;
  let first: number;

  beforeAll(async () => {
    const team = await TestTeam.create();
    await team.install(`export const runEveryMinute = () => console.log("minute");`);
    const copies = await env.REGISTRY.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
       insert into team (organization_id, name, tasks_due_at, created_at, updated_at)
       select organization_id, 'many', 1, created_at, updated_at from team, n where id = ? returning id`,
    )
      .bind(TEAMS, team.id)
      .all<{ id: number }>();
    first = Math.min(...copies.results.map(({ id }) => id));
    await env.REGISTRY.prepare(
      `insert into plugin_config (team_id, plugin_id, plugin_version_id, name, enabled, "order", config, on_error, created_at, updated_at)
       select team.id, plugin_id, plugin_version_id, config.name, 1, 1, '{}', 'pass', 0, 0
       from team, plugin_config as config where config.team_id = ? and team.id >= ?`,
    )
      .bind(team.id, first)
      .run();
    await env.REGISTRY.prepare("update team set tasks_due_at = null where id < ?").bind(first).run();
  });

  test("asks little of the invocation of the Cron Trigger, and of each page, and begins one run in each", async () => {
    const cron = counting();
    const pages: Asked[] = [];
    // Each page is an invocation of its own, with an environment that counts for it.
    cron.env.TICKER = {
      idFromName: (name: string) => name,
      get: () => ({
        tick: async (beat: number, page: { id: number; since: number }[]) => {
          cron.asked.subrequests++;
          const own = counting();
          await tickPage(tickingIn(own.env), beat, page);
          pages.push(own.asked);
        },
      }),
    } as never;
    await tick(cron.env, START + MINUTE);
    // Three pages are read, the last of them empty; two are handed over.
    expect(cron.asked.subrequests).toBe(5);
    expect(pages).toEqual([
      { subrequests: 500, most: 50 },
      { subrequests: 500, most: 50 },
    ]);
    for (const id of [first, first + 499, first + 500, first + TEAMS - 1]) {
      const address = { teamId: id, shard: 0 };
      const tasks = await env.TEAM.get(env.TEAM.idFromName(`${id}/0`)).listTasks(address);
      expect(tasks).toMatchObject([{ name: "runEveryMinute", last: { dueAt: START + MINUTE, state: "due" } }]);
    }
  });
});
