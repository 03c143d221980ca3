import { describe, expect, test } from "vitest";
import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import { receive } from "../../../host/capture/received.ts";
import { NOW, TOKEN } from "./client.ts";

const URL_FORM = "application/x-www-form-urlencoded";

function post(body: unknown, query = "", headers: Record<string, string> = {}): Request {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(`https://hog.example:8443/e/${query}`, { method: "POST", body: text, headers });
}

const receiveFrom = (...args: Parameters<typeof post>) => receive(post(...args), { now: NOW, trustCf: false });

const form = (json: unknown, rest: string) =>
  receiveFrom(`data=${encodeURIComponent(JSON.stringify(json))}${rest}`, "", { "content-type": URL_FORM });

describe("token", () => {
  test.each([
    [{ $token: "a", token: "b", api_key: "c", properties: { token: "d" } }, "a"],
    [{ token: "b", api_key: "c", properties: { token: "d" } }, "b"],
    [{ api_key: "c", properties: { token: "d" } }, "c"],
    [{ $token: null, token: "", api_key: 5, properties: { token: "d" } }, "d"],
    [[{ event: "no token" }, 5, { properties: { token: "second" } }], "second"],
    [[{ $token: "a" }, { $token: "b" }], "a"],
    [{ api_key: "c", batch: [{ properties: { token: "d" } }] }, "c"],
    [{ token: "b", batch: [{ properties: { token: "d" } }] }, "b"],
    [{ batch: [{ properties: { token: "d" } }] }, "d"],
  ])("%j: %s", async (body, token) => {
    expect((await receiveFrom(body)).token).toBe(token);
  });

  test("of the form comes first", async () => {
    const body = { $token: "body" };
    expect((await form(body, "&token=t&api_key=k")).token).toBe("k");
    expect((await form(body, "&token=t")).token).toBe("t");
    expect((await form(body, "&token=&api_key=")).token).toBe("body");
  });

  test("is compared with the items' only when it is theirs", async () => {
    const items = [{ properties: { token: "d" } }];
    expect((await receiveFrom(items)).tokenIsFromItems).toBe(true);
    expect((await receiveFrom({ batch: items })).tokenIsFromItems).toBe(true);
    expect((await receiveFrom({ api_key: "c", batch: items })).tokenIsFromItems).toBe(false);
    expect((await form(items, "&api_key=k")).tokenIsFromItems).toBe(false);
  });

  test.each([{}, [{}], { batch: [{ event: "e" }] }, { api_key: 5 }])("%j: missing", async (body) => {
    await expect(receiveFrom(body)).rejects.toMatchObject({ status: 401, code: "missing_api_key" });
  });

  test.each(["phx_personal", "a b", "é", "a\u0000", "x".repeat(201)])("%j: invalid", async (api_key) => {
    await expect(receiveFrom({ api_key })).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
  });
});

describe("sent_at", () => {
  const TIMES = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"] as const;
  const [first, second, third] = TIMES;

  test("of the query, then the body, then the form", async () => {
    const query = `?_=${Date.parse(first)}`;
    const headers = { "content-type": URL_FORM };
    const body = (sentAt: string | null) =>
      `data=${encodeURIComponent(JSON.stringify({ api_key: TOKEN, sent_at: sentAt }))}&sent_at=${third}`;
    expect((await receiveFrom(body(second), query, headers)).sentAt).toBe(first);
    expect((await receiveFrom(body(second), "", headers)).sentAt).toBe(second);
    expect((await receiveFrom(body(null), "", headers)).sentAt).toBe(third);
  });

  test("of a batch is that of its envelope, never that of an item", async () => {
    const batch = [{ event: "e", sent_at: first }];
    expect((await receiveFrom({ api_key: TOKEN, batch, sent_at: second })).sentAt).toBe(second);
    expect((await receiveFrom({ api_key: TOKEN, batch })).sentAt).toBeNull();
    expect((await receiveFrom([{ api_key: TOKEN, sent_at: first }])).sentAt).toBeNull();
  });

  test("that is invalid is null", async () => {
    expect((await receiveFrom({ api_key: TOKEN, sent_at: "soon" })).sentAt).toBeNull();
  });
});

test("the request's own facts", async () => {
  const received = await receiveFrom({ api_key: TOKEN }, "", {
    "cf-connecting-ip": "2001:db8::1",
    "x-forwarded-for": "6.6.6.6",
    "user-agent": "x".repeat(2000),
  });
  expect(received).toMatchObject({
    ip: "2001:db8::1",
    siteUrl: "https://hog.example:8443",
    receivedAt: NOW,
    context: { userAgent: "x".repeat(1024), geo: null },
  });
});

describe("without them", () => {
  test("the address is null, whatever else is sent", async () => {
    const headers = { "x-forwarded-for": "6.6.6.6", "x-real-ip": "6.6.6.6" };
    const received = await receiveFrom({ api_key: TOKEN }, "", headers);
    expect(received.ip).toBeNull();
    expect(received.context).toEqual({ ...NO_REQUEST, globalPrivacyControl: false, doNotTrack: false });
  });
});

describe("geo", () => {
  const withCf = (cf: Record<string, unknown> | undefined, trustCf: boolean) =>
    receive(
      new Request("https://hog.example/e/", {
        method: "POST",
        body: JSON.stringify({ api_key: TOKEN }),
        ...(cf && { cf }),
      }),
      { now: NOW, trustCf },
    );
  const cf = {
    country: "FR",
    city: "Paris",
    region: "Île-de-France",
    regionCode: "IDF",
    continent: "EU",
    postalCode: "75001",
    latitude: "48.85340",
    longitude: "2.34880",
    timezone: "Europe/Paris",
    asn: 3215,
    asOrganization: "Orange",
    colo: "CDG",
  };
  const { timezone: timeZone, colo: _colo, ...named } = cf;
  const PARIS = { ...named, timeZone, latitude: 48.8534, longitude: 2.3488 };
  const NOWHERE = Object.fromEntries(Object.keys(PARIS).map((name) => [name, null]));

  test("comes from request.cf when that is trusted", async () => {
    expect((await withCf(cf, true)).context.geo).toEqual(PARIS);
    expect((await withCf(cf, false)).context.geo).toBeNull();
  });

  test("has null for what Cloudflare does not say", async () => {
    expect((await withCf({ country: "FR" }, true)).context.geo).toEqual({ ...NOWHERE, country: "FR" });
    expect((await withCf({ country: "T1", continent: "T1", city: "" }, true)).context.geo).toMatchObject({
      country: null,
      city: null,
    });
    expect((await withCf({ country: 5, asn: "1", latitude: "x" }, true)).context.geo).toBeNull();
    expect((await withCf({}, true)).context.geo).toBeNull();
    expect((await withCf(undefined, true)).context.geo).toBeNull();
  });
});

describe("what the client says of itself", () => {
  const contextOf = async (headers: Record<string, string>) =>
    (await receiveFrom({ api_key: TOKEN }, "", headers)).context;

  test("is the consent, and the browser's wish for privacy", async () => {
    expect(await contextOf({ "x-hoglet-consent": "analytics,ads", "sec-gpc": "1", dnt: "1" })).toMatchObject({
      consent: "analytics,ads",
      globalPrivacyControl: true,
      doNotTrack: true,
    });
    expect(await contextOf({ "x-hoglet-consent": "", "sec-gpc": "0", dnt: "yes" })).toMatchObject({
      consent: null,
      globalPrivacyControl: false,
      doNotTrack: false,
    });
    expect((await contextOf({ "x-hoglet-consent": "c".repeat(300) })).consent).toBe("c".repeat(200));
  });

  test("is believed of the bot score only where Cloudflare is", async () => {
    const score = async (trustCf: boolean) =>
      (
        await receive(
          new Request("https://hog.example/e/", {
            method: "POST",
            body: JSON.stringify({ api_key: TOKEN }),
            cf: { botManagement: { score: 42 } },
          } as RequestInit),
          { now: NOW, trustCf },
        )
      ).context.botScore;
    expect([await score(true), await score(false)]).toEqual([42, null]);
  });
});

describe("refused", () => {
  const NO_DATA = "No data found. Make sure to use a POST request when sending the payload in the body of the request.";
  test.each([
    ["an empty body", "", "", NO_DATA],
    ["blanks", " \n ", "", NO_DATA],
    ["an empty array", "[]", "", NO_DATA],
    ["a form without data", "a=b&c", URL_FORM, NO_DATA],
    ["a form with empty data", "data=&a=b", URL_FORM, NO_DATA],
    ["broken JSON", "{", "", /^Malformed request data: Invalid JSON: ./],
    ["a number", "12345678", "", /^Malformed request data: Invalid JSON: ./],
    ["null", "null", "", /^Malformed request data: Invalid JSON: ./],
    ["a string", '"text"', "", /^Malformed request data: Invalid JSON: ./],
    ["base64 of no JSON", "aGVsbG8=", "", /^Malformed request data: Invalid JSON: ./],
    ["multipart without parts", "--nothing", "multipart/form-data; boundary=x", /^Malformed request data: ./],
    [
      "multipart of more than 1,000 parts",
      `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1002)}--x--`,
      "multipart/form-data; boundary=x",
      /more than 1000 parts/,
    ],
    ["multipart without boundary", "--x", "multipart/form-data", /^Malformed request data: ./],
  ])("%s", async (_name, body, type, message) => {
    const headers: Record<string, string> = type ? { "content-type": type } : {};
    await expect(receiveFrom(body, "", headers)).rejects.toMatchObject({
      status: 400,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });

  test.each([
    ["gzip", "aGVsbG8="],
    ["gzip-js", "not base64"],
    ["lz64", "not lz64"],
    ["br", "whatever"],
  ])("data that is not %s", async (compression, body) => {
    await expect(receiveFrom(body, `?compression=${compression}`)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/^Malformed request data: Failed to decompress data\. ./),
    });
  });

  test("more than 20,000 events", async () => {
    const items = (count: number) => Array.from({ length: count }, () => 1);
    await expect(receiveFrom({ api_key: TOKEN, batch: items(20_001) })).rejects.toMatchObject({
      status: 413,
    });
    expect((await receiveFrom({ api_key: TOKEN, batch: items(20_000) })).items).toHaveLength(20_000);
  });
});

describe("large events are looked for", () => {
  test("when the text could hold one", async () => {
    const text = (length: number) => JSON.stringify({ api_key: TOKEN, x: "x".repeat(length) });
    expect((await receiveFrom(text(300_000))).mayHoldLargeEvents).toBe(false);
    expect((await receiveFrom(text(350_000))).mayHoldLargeEvents).toBe(true);
  });

  test.each([
    ["numbers", "[1e20,", "-1e20,", "1]"],
    ["characters", '["', "日", '"]'],
    ["escapes", '["', "\\u0001", '"]'],
    ["bare surrogates", '["', "\uD800", '"]'],
  ])("%s grow no more than six times", (_name, start, piece, end) => {
    const text = start + piece.repeat(1000) + end;
    const bytes = new TextEncoder().encode(JSON.stringify(JSON.parse(text))).length;
    expect(bytes).toBeGreaterThanOrEqual(text.length);
    expect(bytes).toBeLessThanOrEqual(text.length * 6);
  });
});
