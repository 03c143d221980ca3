import { expect, test } from "vitest";

import { passTime, TestTeam, useClock } from "../test-team.ts";

useClock();

test("a plugin that uses modules as it is loaded is installed, and runs in its team's object", async () => {
  const team = await TestTeam.create();
  await team.install(`
    import { createHash, createHmac } from "crypto";
    import zlib from "zlib";
    import jwt from "jsonwebtoken";
    import path from "path";
    const salt = createHash("sha256").update("salt").digest("hex").slice(0, 4);
    const packed = zlib.gzipSync("packed");
    export function processEvent(event) {
      const { a } = jwt.verify(jwt.sign({ a: 1 }, "secret"), "secret");
      const hash = createHmac("sha256", salt).update(event.distinct_id).digest("hex").length;
      event.properties = { a, hash, plain: zlib.gunzipSync(packed).toString(), file: path.basename("/x/y") };
      return event;
    }
  `);
  await team.accept({ event: "one" });
  await team.work();
  expect(await team.events()).toMatchObject([{ properties: { a: 1, hash: 64, plain: "packed", file: "y" } }]);
  expect(await team.failures()).toEqual([]);
});

test("what JSON cannot carry of what a plugin gathers is flushed with its event, and an event whose flush asks to be retried comes again", async () => {
  const team = await TestTeam.create();
  await team.install(`
    import { createBuffer } from "@posthog/plugin-contrib";
    import { RetryError } from "@posthog/plugin-scaffold";
    let flushes = 0;
    const buffer = createBuffer({ onFlush: async (objects) => {
      console.log("flush " + ++flushes + ": " + objects.join());
      if (flushes === 1) throw new RetryError("not yet");
    } });
    export function processEvent(event) { buffer.add(new String(event.event)); return event; }
  `);
  await team.accept({ event: "one" });
  await team.work();
  expect(await team.eventNames()).toEqual([]);
  passTime(60_000);
  await team.work();
  expect(await team.eventNames()).toEqual(["one"]);
  expect(await team.logged("CONSOLE")).toEqual(["flush 1: one", "flush 2: one"]);
});

test.each([
  ["kea", /index\.ts: does not load: Error: Cannot import 'kea'! This package is not provided .*hoglet build.*\(2:/],
  ["fs", /index\.ts: does not load: Error: Cannot import 'fs'! This package is not provided .*\(2:/],
  ["pg", /index\.ts: Cannot import 'pg'! This package is not provided .*PostgREST.*\(2:/],
])("a plugin that imports %s is not installed, and told where and why", async (name, message) => {
  const team = await TestTeam.create();
  const source = `\nimport x from "${name}";\nexport const processEvent = () => x;`;
  await expect(team.install(source)).rejects.toThrow(message);
});
