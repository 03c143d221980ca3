import { describe, expect, test, vi } from "vitest";

import { openDatabase } from "../../../../host/team/database.ts";
import { Inbox } from "../../../../host/team/events/inbox.ts";
import { Ledger } from "../../../../host/team/insight/ledger.ts";
import { FRESH } from "../../../../host/team/events/progress.ts";
import { TestTeam } from "../test-team.ts";

/** Events by name, each of the person in front of the dash. */
const rows = (...names: string[]) =>
  names.map((name) => ({ distinctId: name.split("-")[0] ?? "", body: name, blobKey: null }));

async function openInbox(storage: DurableObjectStorage): Promise<Inbox> {
  const db = await openDatabase(storage);
  return new Inbox(db, new Ledger(db, () => undefined));
}

async function withInbox(run: (inbox: Inbox) => void): Promise<void> {
  const team = await TestTeam.create();
  await team.inside(async (_, { storage }) => {
    run(await openInbox(storage));
  });
}

/** Takes whatever is due at a time. */
function takeAll(inbox: Inbox, now: number): (string | null)[] {
  const taken: (string | null)[] = [];
  for (let [row] = inbox.due(now, 1); row; [row] = inbox.due(now, 1)) {
    taken.push(row.body);
    inbox.remove(row);
  }
  return taken;
}

describe("the inbox", () => {
  test("gives events in the order of their acceptance", () =>
    withInbox((inbox) => {
      inbox.append(rows("a-1", "b-1", "a-2"), 100);
      inbox.append(rows("b-2", "c-1"), 100);
      inbox.append(rows("a-3"), 200);
      expect(takeAll(inbox, 300)).toEqual(["a-1", "b-1", "a-2", "b-2", "c-1", "a-3"]);
      expect([inbox.count(), inbox.nextDue()]).toEqual([0, null]);
    }));

  test("lets a person's events wait behind one that is held, and nobody else's", () =>
    withInbox((inbox) => {
      inbox.append(rows("a-1", "a-2", "b-1"), 100);
      inbox.hold(inbox.due(100, 1)[0]?.seq ?? 0, { ...FRESH, failures: 1 }, 500);
      inbox.append(rows("a-3", "c-1"), 110);
      expect(takeAll(inbox, 499)).toEqual(["b-1", "c-1"]);
      expect(inbox.nextDue()).toBe(500);
      expect(inbox.due(500, 1)).toMatchObject([{ body: "a-1", progress: { failures: 1 } }]);
      expect(takeAll(inbox, 500)).toEqual(["a-1", "a-2", "a-3"]);
    }));

  test("holds again, in the same place, with another body", () =>
    withInbox((inbox) => {
      inbox.append(rows("a-1", "a-2"), 100);
      const seq = inbox.due(100, 1)[0]?.seq ?? 0;
      inbox.hold(seq, { ...FRESH, done: [7], heldBy: 8, holds: 1 }, 200, { body: "a-1 changed", blobKey: null });
      inbox.hold(seq, { ...FRESH, done: [7], heldBy: 8, holds: 2 }, 300);
      expect(inbox.due(299, 1)).toEqual([]);
      expect(inbox.due(300, 1)).toMatchObject([{ body: "a-1 changed", progress: { done: [7], heldBy: 8, holds: 2 } }]);
      expect(takeAll(inbox, 300)).toEqual(["a-1 changed", "a-2"]);
    }));

  test("gives several at once: those that are due, then those behind them, each person's in order", () =>
    withInbox((inbox) => {
      inbox.append(rows("a-1", "a-2", "b-1", "a-3", "c-1"), 100);
      inbox.hold(inbox.due(100, 1)[0]?.seq ?? 0, { ...FRESH, failures: 1 }, 500);
      inbox.append(rows("b-2"), 110);
      const bodies = (now: number, atMost: number) => inbox.due(now, atMost).map(({ body }) => body);
      expect(bodies(499, 10)).toEqual(["b-1", "c-1", "b-2"]);
      expect(bodies(499, 2)).toEqual(["b-1", "c-1"]);
      expect(bodies(500, 10)).toEqual(["b-1", "c-1", "b-2", "a-1", "a-2", "a-3"]);
      expect([inbox.hasAtLeast(6), inbox.hasAtLeast(7)]).toEqual([true, false]);
    }));

  test("keeps what a plugin is done with", () =>
    withInbox((inbox) => {
      inbox.append(
        [{ ...rows("a-1")[0], distinctId: "a", body: "a-1", blobKey: null, progress: { ...FRESH, done: [3] } }],
        1,
      );
      expect(inbox.due(1, 1)[0]?.progress).toEqual({ ...FRESH, done: [3] });
    }));

  test("finds its rows by an index, however many wait", async () => {
    const team = await TestTeam.create();
    await team.inside(async (_, { storage }) => {
      const inbox = await openInbox(storage);
      const exec = storage.sql.exec.bind(storage.sql);
      const plans: string[] = [];
      vi.spyOn(storage.sql, "exec").mockImplementation((query, ...bindings) => {
        plans.push(
          ...exec<{ detail: string }>(`explain query plan ${query}`, ...bindings)
            .toArray()
            .map(({ detail }) => detail),
        );
        return exec(query, ...bindings);
      });
      inbox.append(rows("a-1", "a-2", "b-1"), 100);
      inbox.due(100, 10);
      inbox.hasAtLeast(3);
      takeAll(inbox, 100);
      inbox.nextDue();
      expect(plans.filter((plan) => /SCAN inbox|SEARCH inbox|TEMP/.test(plan)).length).toBeGreaterThan(10);
      expect(plans.filter((plan) => /TEMP/.test(plan))).toEqual([]);
      expect(plans.filter((plan) => /inbox/.test(plan) && !/INDEX|PRIMARY KEY/.test(plan))).toEqual([]);
    });
  });
});
