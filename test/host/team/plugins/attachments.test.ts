import { describe, expect, test, vi } from "vitest";

import { accept } from "../../../../host/accept.ts";
import { NO_REQUEST } from "../../../../host/capture/request-context.ts";
import { openRegistry } from "../../../../host/store/registry.ts";
import { putAttachment } from "../../../../host/store/attachments.ts";
import type { PluginConfig } from "../../../../host/store/plugin-configs.ts";
import { ArrivingFiles } from "../../../../host/api/configs/attachments.ts";
import { exampleMmdb } from "../../../cli/mmdb/example.ts";
import { env, message, TestTeam, useClock } from "../test-team.ts";

useClock();

async function attach({ id, teamId }: PluginConfig, key: string, contents: Uint8Array | string): Promise<void> {
  const files = new ArrivingFiles(env);
  const sink = files.open(teamId, key, { name: key, fileName: key, contentType: "application/octet-stream" });
  await sink.write(typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
  await sink.end();
  for (const file of files.stored.values()) await putAttachment(openRegistry(env), teamId, id, file, Date.now());
}

/** How often attachments were read from R2. */
function countReads(): () => number {
  const get = vi.spyOn(env.BLOBS, "get");
  return () => get.mock.calls.filter(([key]) => key.startsWith("attachments/")).length;
}

const READER = `
  import { Reader } from "maxmind";
  export function setupPlugin({ attachments, global }) { global.reader = new Reader(attachments.db.contents) }
  export function processEvent(event, { global }) {
    event.properties.country = global.reader.get(event.ip)?.country.iso_code ?? null;
    return event;
  }`;

describe("attachments", () => {
  test("are read when a plugin runs, once for all configs of a team that have the same file", async () => {
    const team = await TestTeam.create();
    for (const _ of [1, 2]) await attach(await team.install(READER), "db", exampleMmdb());
    const reads = countReads();
    await team.reconfigure();
    expect(reads()).toBe(0);
    await team.accept({ ip: "192.0.2.1" }, { ip: "198.51.100.1" });
    await team.work();
    expect((await team.events()).map(({ properties }) => properties)).toMatchObject([
      { country: "ZZ" },
      { country: null },
    ]);
    expect(reads()).toBe(1);
  });

  test("are not shared with another team that has the same file", async () => {
    const file = `a text of its own: ${crypto.randomUUID()}`;
    const reads = countReads();
    for (const _ of [1, 2]) {
      const team = await TestTeam.create();
      const source =
        "export const processEvent = (event, { attachments }) => ({ ...event, properties: { text: String(attachments.text.contents) } })";
      await attach(await team.install(source), "text", file);
      await team.accept({});
      await team.work();
      expect(await team.events()).toMatchObject([{ properties: { text: file } }]);
    }
    expect(reads()).toBe(2);
  });

  test("that are replaced are seen when the config is loaded anew", async () => {
    const team = await TestTeam.create();
    const config = await team.install(
      "export const processEvent = (event, { attachments }) => ({ ...event, properties: { text: String(attachments.text.contents) } })",
    );
    for (const text of ["first", "second"]) {
      await attach(config, "text", text);
      await team.reconfigure();
      await team.accept({});
      await team.work();
    }
    expect((await team.events()).map(({ properties }) => properties)).toMatchObject([
      { text: "first" },
      { text: "second" },
    ]);
  });
});

test("meta.request tells of the request of the event in hand, and of none in a job", async () => {
  const team = await TestTeam.create();
  await team.install(`
    export const jobs = { later: (_, { request }) => console.log("job", request.userAgent) };
    export async function processEvent(event, { request, jobs }) {
      event.properties.from = [request.userAgent, request.consent, request.country];
      await jobs.later().runNow();
      return event;
    }`);
  const messages = ["a", "b"].map((userAgent) => ({
    ...message(team.id, {}),
    request: { ...NO_REQUEST, userAgent, consent: "all" },
  }));
  await accept(env, { teamId: team.id, shards: 1 }, messages, []);
  await team.work();
  expect((await team.events()).map(({ properties }) => properties)).toMatchObject([
    { from: ["a", "all", null] },
    { from: ["b", "all", null] },
  ]);
  expect(await team.logged("CONSOLE")).toEqual(["job null", "job null"]);
});

test("a job that the plugin does not have is told with the plugin's name and the config", async () => {
  const team = await TestTeam.create();
  const { id } = await team.install(
    "export async function processEvent(event, { jobs }) { await jobs.none().runNow(); return event }",
    { name: "Mine" },
  );
  await team.accept({});
  await team.work();
  expect(await team.logged("PLUGIN")).toEqual([
    `jobs.none: Error: Task "none" not found for plugin "Mine" with config id ${id}`,
  ]);
});
