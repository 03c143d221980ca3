import { beforeEach, expect, test, vi } from "vitest";
import { call, env } from "./client.ts";
import { migratedRegistry } from "../store/registry.ts";

await migratedRegistry();

let now = Date.now();

beforeEach(() => {
  // Further than a look is good for.
  vi.useFakeTimers({ toFake: ["Date"], now: (now += 60_000) });
});

const ready = (settings: Partial<typeof env> = {}) =>
  call("GET", "/api/ready", undefined, { headers: { Authorization: "" }, env: settings });

const DEAD_REGISTRY = {
  prepare: () => ({ first: () => Promise.reject(new Error("D1 is down")) }),
} as unknown as D1Database;

test("says that registry, blobs and objects answer, to anybody", async () => {
  const { status, json } = await ready();
  expect({ status, json }).toEqual({ status: 200, json: { status: "ok" } });
});

test("says what does not, and asks again only after a while", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(await ready({ REGISTRY: DEAD_REGISTRY })).toMatchObject({
    status: 503,
    json: { detail: "No answer from the registry." },
  });
  expect(said).toHaveBeenCalledWith(expect.stringContaining("D1 is down"));
  expect((await ready()).status).toBe(503);
  vi.setSystemTime(now + 5_000);
  expect((await ready()).status).toBe(200);
});
