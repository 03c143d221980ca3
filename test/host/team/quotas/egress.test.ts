import { beforeEach, describe, expect, test, vi } from "vitest";
import { passTime, START, TestTeam, useClock } from "../test-team.ts";
import { Runner } from "./runner.ts";

useClock();

const MIDNIGHT = Date.parse("2040-01-02T00:00:00.000Z");
const sent: string[] = [];
let answer: () => Response;

beforeEach(() => {
  sent.length = 0;
  answer = () => new Response("12345");
  vi.stubGlobal("fetch", async (url: string) => {
    sent.push(url);
    return answer();
  });
});

const ASK = `(await fetch("https://a.test/")).text()`;
const exceeded = (quota: string) =>
  expect.stringMatching(
    new RegExp(`^\\w*Error: .*the quota ${quota} of team \\d+ is used up: \\d+, until 2040-01-02T00:00:00.000Z; have`),
  );

describe("requests of plugins", () => {
  test("are refused once a day's are used up, and begin anew with the next day", async () => {
    const runner = await Runner.create({ egress_requests_per_day: 2 });
    expect(await runner.run(ASK)).toBe("12345");
    expect(await runner.run(ASK)).toBe("12345");
    expect(await runner.run(ASK)).toEqual(exceeded("egress_requests_per_day"));
    expect(await runner.run(`fetch("https://a.test/").catch((error) => error.name)`)).toBe("QuotaExceededError");
    expect(sent).toHaveLength(2);
    expect(await runner.used("egress_requests_per_day")).toBe(2);
    await runner.team.restart();
    expect(await runner.run(ASK)).toEqual(exceeded("egress_requests_per_day"));
    passTime(MIDNIGHT - START);
    expect(await runner.run(ASK)).toBe("12345");
  });

  test("count with each redirect, and for both ways each byte", async () => {
    const runner = await Runner.create(null);
    const headers = { location: "https://a.test/2" };
    answer = () => (sent.length === 1 ? new Response(null, { status: 307, headers }) : new Response("1234567890"));
    await runner.run(`fetch("https://a.test/1", { method: "POST", body: "ü", headers: { a: "bc" } })`);
    expect(await runner.used("egress_requests_per_day")).toBe(2);
    const request = "https://a.test/1".length + "ü".length + 1 + "abc".length;
    expect(await runner.used("egress_bytes_per_day")).toBe(2 * request + 10);
  });

  test("are refused once a day's bytes are used up, also those of answers that nobody got", async () => {
    const runner = await Runner.create({ egress_bytes_per_day: 20_000_000 });
    answer = () => new Response(new Uint8Array(11_000_000));
    const ask = `fetch("https://a.test/")`;
    expect(await runner.run(ask)).toMatch(/larger than 10485760 bytes/);
    expect(await runner.run(ask)).toMatch(/larger than 10485760 bytes/);
    expect(await runner.run(ask)).toEqual(exceeded("egress_bytes_per_day"));
    expect(sent).toHaveLength(2);
  });

  test("that were refused by a grant, or by their own pace, count for nothing", async () => {
    const runner = await Runner.create(null);
    await runner.run(`fetch("http://127.0.0.1/")`);
    await runner.run(`fetch("no address")`);
    expect(await runner.used("egress_requests_per_day")).toBe(0);
    expect(await runner.used("egress_bytes_per_day")).toBe(0);
  });
});

test("webhooks wait for the next day, and use up no attempts", async () => {
  const team = await TestTeam.create({ quotas: { egress_requests_per_day: 1 } });
  await team.install(
    `export const composeWebhook = (event) => ({ url: "https://hook.test/" + event.event, body: "x" })`,
  );
  await team.accept({ event: "one" }, { event: "two" }, { event: "three" });
  await team.work();
  expect(sent).toHaveLength(1);
  expect(await team.status()).toMatchObject({ webhooks: 2 });
  await team.restart();
  // A new object learns in its first alarm that nothing is left.
  expect(await team.work()).toBe(1);
  expect(await team.alarm()).toBe(MIDNIGHT);
  expect(sent).toHaveLength(1);
  await team.set({ quotas: null });
  passTime(MIDNIGHT - Date.now());
  await team.reconfigure();
  await team.work();
  expect(sent.toSorted()).toEqual(["one", "three", "two"].map((name) => `https://hook.test/${name}`));
  expect(await team.deadLetters()).toEqual([]);
});

test("delivery to PostHog is not the plugins', and goes on", async () => {
  const team = await TestTeam.create({
    quotas: { egress_requests_per_day: 0, egress_bytes_per_day: 0 },
    posthogHost: "https://posthog.test",
    posthogApiKey: "phc_x",
  });
  answer = () => Response.json({ status: 1 });
  await team.accept({}, {});
  await team.work();
  expect(await team.status()).toMatchObject({ inbox: 0, outbox: 0 });
});
