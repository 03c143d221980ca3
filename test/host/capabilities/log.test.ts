import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";

import { provideLog } from "../../../host/capabilities/log.ts";
import type { Env } from "../../../host/env.ts";
import { openDatabase } from "../../../host/team/database.ts";
import { TeamLog } from "../../../host/team/insight/log.ts";
import { logEntry } from "../../../host/team/schema.ts";
import { teamStub } from "../../../host/team/team-client.ts";
import { loadPlugin } from "../../runtime/support/load-plugin.ts";

test("what a plugin says to its console is in the team's log, under its level", async () => {
  const source = `
    export function onEvent(event) {
      console.log("a", 1, null, { b: [2] }); console.debug(); console.info("info"); console.warn("warn");
      console.error(new Error("message")); console.log("x".repeat(10_000)); console.log("\\u0000'); DROP TABLE log_entry; --");
    }`;
  const team = teamStub(env as unknown as Env, { teamId: 7300, shard: 0 });
  const rows = await runInDurableObject(team, async (_, { storage }) => {
    const db = await openDatabase(storage);
    const plugin = await loadPlugin(source, {
      provide: () => ({
        log: provideLog(
          new TeamLog(
            db,
            () => 1000,
            (text) => text,
            { takeLine: () => true },
            () => undefined,
          ),
          39,
        ),
      }),
    });
    await plugin.run("onEvent", {});
    return db.select().from(logEntry).orderBy(logEntry.id).all();
  });
  expect(rows.map(({ type, message }) => [type, message])).toEqual([
    ["LOG", 'a 1 null {"b":[2]}'],
    ["DEBUG", ""],
    ["INFO", "info"],
    ["WARN", "warn"],
    ["ERROR", "Error: message"],
    ["LOG", `${"x".repeat(8192)}... (cut)`],
    ["LOG", "\u0000'); DROP TABLE log_entry; --"],
  ]);
  expect(rows.every((row) => row.source === "CONSOLE" && row.pluginConfigId === 39 && row.at === 1000)).toBe(true);
});
