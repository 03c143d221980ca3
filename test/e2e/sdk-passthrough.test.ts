import { createHash, randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FakePostHog, startFakePostHog } from "../support/fake-posthog.ts";
import { type Hoglet, START_TIMEOUT, startHoglet } from "../support/hoglet.ts";
import { answerAsPostHog } from "./posthog-answers.ts";

const TIMEOUT = 120_000;
const ADMIN_HOST = "admin.localhost";
const MEBIBYTE = 1024 * 1024;

/** Tells what happens at PostHog in the middle of a request, and takes what is to happen next. */
const line = new EventEmitter();
let posthog: FakePostHog;
let hoglet: Hoglet;

beforeAll(async () => {
  posthog = await startFakePostHog((incoming, response) => {
    if (incoming.url?.startsWith("/s/?slow")) incoming.once("data", () => line.emit("PostHog has the beginning"));
    if (incoming.url !== "/api/slow") return answerAsPostHog(incoming, response);
    response.write("beginning");
    line.once("client has the beginning", () => response.end(", end"));
    return true;
  });
  hoglet = await startHoglet({ POSTHOG_HOST: posthog.url, ADMIN_HOST });
}, START_TIMEOUT);

afterAll(async () => {
  await hoglet?.stop();
  await posthog?.close();
});

/** Node's own client: it lets a test say any header, and shows all that come back. */
function open(path: string, options: RequestOptions = {}): { sent: ClientRequest; answer: Promise<IncomingMessage> } {
  const sent = request(`${hoglet.url}${path}`, options);
  return { sent, answer: once(sent, "response").then(([response]) => response as IncomingMessage) };
}

async function send(path: string, options: RequestOptions = {}, body?: Buffer) {
  const { sent, answer } = open(path, options);
  sent.end(body);
  const { statusCode: status, headers, ...rest } = await answer;
  return { status, headers, body: await text(await answer), ...rest };
}

/** The request that PostHog got last. */
const last = () => posthog.requests.at(-1);
const hash = (bytes: Buffer | undefined) => bytes && createHash("sha256").update(bytes).digest("hex");

describe("session recordings", () => {
  const gzipHeader = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]);
  test.for<[string, Buffer, Record<string, string>]>([
    ["5 MB of anything", randomBytes(5 * MEBIBYTE), { "content-type": "text/plain" }],
    [
      "5 MB that are gzip in name only",
      Buffer.concat([gzipHeader, randomBytes(5 * MEBIBYTE)]),
      { "content-encoding": "gzip" },
    ],
    ["5 MB of half a JSON", Buffer.alloc(5 * MEBIBYTE, '[{"a":'), { "content-type": "application/json" }],
    ["more than events may be", randomBytes(30 * MEBIBYTE), { "content-type": "application/x-www-form-urlencoded" }],
  ])("%s passes as it is", { timeout: TIMEOUT }, async ([, body, headers]) => {
    const answer = await send("/s/?compression=gzip-js&ip=1&_=1&ver=1.96.0", { method: "POST", headers }, body);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { status: 1 }]);
    expect(last()).toMatchObject({ method: "POST", path: "/s/", headers });
    expect(String(last()?.query)).toBe("compression=gzip-js&ip=1&_=1&ver=1.96.0");
    expect([last()?.body.length, hash(last()?.body)]).toEqual([body.length, hash(body)]);
  });

  test("PostHog has the beginning before the client has sent the end", { timeout: TIMEOUT }, async () => {
    const { sent, answer } = open("/s/?slow", { method: "POST" });
    const begun = once(line, "PostHog has the beginning");
    const chunk = randomBytes(MEBIBYTE);
    sent.write(chunk);
    await begun;
    sent.end("end");
    expect((await answer).statusCode).toBe(200);
    expect(hash(last()?.body)).toBe(hash(Buffer.concat([chunk, Buffer.from("end")])));
  });
});

describe("every other request", () => {
  test("the client has the beginning before PostHog has sent the end", { timeout: TIMEOUT }, async () => {
    const { sent, answer } = open("/api/slow");
    sent.end();
    const response = await answer;
    const [beginning] = (await once(response.setEncoding("utf8"), "data")) as [string];
    line.emit("client has the beginning");
    expect(beginning + (await text(response))).toBe("beginning, end");
  });

  test("says who the visitor is, and nothing else that is not PostHog's business", async () => {
    const headers = {
      cookie: "session=1; hoglet=2",
      "x-forwarded-for": "203.0.113.9",
      "x-real-ip": "203.0.113.9",
      authorization: "Bearer phx_personal",
      "user-agent": "sdk/1",
    };
    await send("/api/feature_flag/?token=phc_demo", { headers });
    const { host, ...received } = last()?.headers ?? {};
    expect(host).toBe(new URL(posthog.url).host);
    expect(received).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      authorization: "Bearer phx_personal",
      "user-agent": "sdk/1",
    });
    expect(Object.keys(received).filter((name) => /^(cookie|x-real-ip|cf-(?!worker)|forwarded)/.test(name))).toEqual(
      [],
    );
  });

  test("is answered with PostHog's status and headers, without its cookies", async () => {
    const down = await send("/api/down", { headers: { origin: "https://shop.test" } });
    expect([down.status, down.body]).toEqual([503, '"maintenance"']);
    expect(down.headers).toMatchObject({
      "x-from": "PostHog",
      "retry-after": "7",
      "access-control-allow-origin": "https://shop.test",
      "access-control-allow-credentials": "true",
    });
    const moved = await send("/api/moved");
    expect([moved.status, moved.headers.location]).toEqual([302, `${hoglet.url}/api/down?x=1`]);
    const unchanged = await send("/api/unchanged", { headers: { "if-none-match": '"1"' } });
    expect([unchanged.status, unchanged.headers.etag]).toEqual([304, '"1"']);
    const script = await send("/array/phc_demo/config.js");
    expect(script.headers["cache-control"]).toBe("public, max-age=300");
    for (const { headers } of [down, moved, unchanged, script]) expect(headers["set-cookie"]).toBeUndefined();
  });
});

describe("with ADMIN_HOST", () => {
  const PATHS = ["/", "/api/health", "/api/events?team_id=1", "/api/teams", "/console/styles.css"];

  test.for(PATHS)("%s is PostHog's on any other host", async (path) => {
    const answer = await send(path);
    expect([answer.status, answer.headers["x-from"]]).toEqual([404, "PostHog"]);
  });

  test("the admin token never goes to PostHog", async () => {
    const count = posthog.requests.length;
    const headers = { authorization: `Bearer ${hoglet.adminToken}` };
    for (const path of PATHS.concat("/flags/?v=2", "/s/")) {
      const answer = await send(path, { method: "POST", headers });
      expect([path, answer.status, answer.headers["x-from"]]).toEqual([path, 404, undefined]);
    }
    expect(posthog.requests.slice(count)).toEqual([]);
  });

  test("API and console answer on that host", async () => {
    const host = `${ADMIN_HOST}:${new URL(hoglet.url).port}`;
    const authorization = `Bearer ${hoglet.adminToken}`;
    expect((await send("/api/health", { headers: { host } })).status).toBe(200);
    expect((await send("/api/events?team_id=1", { headers: { host } })).status).toBe(401);
    const events = await send("/api/events?team_id=1", { headers: { host, authorization } });
    expect([events.status, JSON.parse(events.body)]).toEqual([200, { results: [], next: null }]);
    const page = await send("/", { headers: { host } });
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(page.headers["x-from"]).toBeUndefined();
  });
});
