import { describe, expect, test } from "vitest";

import { compareRun } from "../../../cli/case/compare.ts";
import type { RunOutput } from "../../../cli/run/output.ts";
import type { JsonObject } from "../../../host/event.ts";

const OUTPUT: RunOutput = {
  setup: null,
  returns: [{ a: 1, b: { c: [1, 2] } }, null],
  throws: [null, "TypeError: it is bad"],
  outcomes: [
    { function: "processEvent", kind: "ok", fuel: 7 },
    { function: "processEvent", kind: "threw", message: "TypeError: it is bad", fuel: 9 },
  ],
  fetch: [],
  capture: [],
  jobs: [],
  metrics: {},
  storage: {},
  cache: {},
  cacheTtl: {},
  logs: [],
  fuel: 16,
  memoryBytes: 1,
};

/** The places in which a run is not as expected. */
const places = (expected: JsonObject, output: Partial<RunOutput> = {}): string[] =>
  compareRun(expected, { ...OUTPUT, ...output }).map(({ path }) => path);

test("an expect that says nothing is met by a run that made no request, capture or job", () => {
  expect(places({})).toEqual([]);
  expect(places({}, { fetch: [{ method: "GET", url: "u", headers: {}, status: 200 }] })).toEqual(["fetch[0]"]);
  expect(places({}, { capture: [{ event: "e", properties: {} }] })).toEqual(["capture[0]"]);
  expect(places({}, { jobs: [{ name: "j", when: "now" }] })).toEqual(["jobs[0]"]);
});

test("a key that expect does not have is a difference", () => {
  expect(compareRun({ retruns: [] }, OUTPUT)[0]).toMatchObject({
    path: "retruns",
    note: expect.stringContaining("returns") as string,
  });
});

describe("returns", () => {
  test("are compared whole, whatever the order of keys", () => {
    expect(places({ returns: [{ b: { c: [1, 2] }, a: 1 }, null] })).toEqual([]);
    expect(places({ returns: [{ a: 1 }, null] })).toEqual(["returns[0].b"]);
    expect(places({ returns: [{ a: 1, b: { c: [1, 3] } }, null] })).toEqual(["returns[0].b.c[1]"]);
    expect(places({ returns: [{ a: 1, b: { c: [1, 2], d: null } }, null] })).toEqual(["returns[0].b.d"]);
    expect(places({ returns: [{ a: 1, b: { c: [1, 2] } }] })).toEqual(["returns[1]"]);
    expect(places({ returns: [{ a: "1", b: [] }, false] })).toEqual(["returns[0].a", "returns[0].b", "returns[1]"]);
  });

  test("name keys that are no words in quotes", () => {
    expect(compareRun({ returns: [{ "a b": 1 }] }, { ...OUTPUT, returns: [{}] })).toMatchObject([
      { path: 'returns[0]["a b"]', expected: 1 },
    ]);
  });
});

describe("setup", () => {
  const failed = { setup: { error: "Error: no key" }, returns: [], throws: [], outcomes: [] };

  test("must contain what setupThrows says", () => {
    expect(places({ setupThrows: "no key" }, failed)).toEqual([]);
    expect(places({ setupThrows: "other" }, failed)).toEqual(["setupThrows"]);
    expect(places({ setupThrows: "no key" })).toEqual(["setupThrows"]);
    expect(places({ setup: { error: "Error: no key" } }, failed)).toEqual([]);
  });

  test("that fails unexpectedly is a difference", () => {
    expect(places({}, failed)).toEqual(["setup"]);
  });
});

test("throws must contain the text, or be null", () => {
  expect(places({ throws: [null, "is bad"] })).toEqual([]);
  expect(places({ throws: ["is bad", null] })).toEqual(["throws[0]", "throws[1]"]);
  expect(places({ throws: [null] })).toEqual(["throws[1]"]);
});

test("of outcomes only the keys that are given count", () => {
  expect(places({ outcomes: [{ kind: "ok" }, { kind: "threw", function: "processEvent" }] })).toEqual([]);
  expect(places({ outcomes: [{ kind: "ok" }, { kind: "dropped" }] })).toEqual(["outcomes[1].kind"]);
  expect(places({ outcomes: [{ kind: "ok" }] })).toEqual(["outcomes[1]"]);
});

describe("fetch", () => {
  const fetch = [
    {
      method: "POST",
      url: "https://x.com/",
      headers: { "X-A": "1", "x-b": "2" },
      body: '{"a":1}',
      bodyJson: { a: 1 },
      status: 200,
    },
  ];

  const url = "https://x.com/";
  const whole = { method: "post", url, bodyJson: { a: 1 } };
  const of = (...expected: JsonObject[]) => places({ fetch: expected }, { fetch });

  test("has subsets of headers, names and methods without case", () => {
    expect(of({ ...whole, headers: { "x-a": "1" } })).toEqual([]);
    expect(of({ ...whole, headers: { "X-B": "2", Other: null } })).toEqual([]);
    expect(of({ ...whole, headers: { "x-a": "2" } })).toEqual(["fetch[0].headers.x-a"]);
    expect(of({ ...whole, headers: { "x-a": null } })).toEqual(["fetch[0].headers.x-a"]);
    expect(of({ ...whole, method: "GET" })).toEqual(["fetch[0].method"]);
  });

  test("is compared whole otherwise: method, url, body, how many, and in which order", () => {
    expect(of(whole)).toEqual([]);
    expect(of({ ...whole, url: "https://x.com" })).toEqual(["fetch[0].url"]);
    expect(of({ ...whole, bodyJson: { a: 2 } })).toEqual(["fetch[0].bodyJson.a"]);
    expect(of({ ...whole, bodyJson: {} })).toEqual(["fetch[0].bodyJson.a"]);
    expect(of({ url, bodyJson: { a: 1 } })).toEqual(["fetch[0].method"]);
    expect(of({ method: "POST", bodyJson: { a: 1 } })).toEqual(["fetch[0].url"]);
    expect(of({ method: "POST", url })).toEqual(["fetch[0].body", "fetch[0].bodyJson"]);
    expect(of({ ...whole, bodyForm: [] })).toEqual(["fetch[0].bodyForm"]);
    expect(of(whole, whole)).toEqual(["fetch[1]"]);
    expect(of()).toEqual(["fetch[0]"]);
  });

  test("is told a body that is JSON by its text, by its value or by both", () => {
    const { bodyJson, ...rest } = whole;
    expect(of({ ...rest, body: '{"a":1}' })).toEqual([]);
    expect(of({ ...rest, body: '{"a":1}', bodyJson })).toEqual([]);
    expect(of({ ...rest, body: '{"a":2}', bodyJson })).toEqual(["fetch[0].body"]);
  });

  test("has its status compared when that is given", () => {
    expect(of({ ...whole, status: 200 })).toEqual([]);
    expect(of({ ...whole, status: 201 })).toEqual(["fetch[0].status"]);
  });
});

test("captures are compared whole, but for their properties, where null is absent", () => {
  const capture = [{ event: "e", properties: { a: 1, b: { c: 1 } } }];
  expect(places({ capture: [{ event: "e", properties: { a: 1, z: null } }] }, { capture })).toEqual([]);
  expect(places({ capture: [{ event: "e" }] }, { capture })).toEqual([]);
  expect(places({ capture: [{ event: "f", properties: { b: {} } }] }, { capture })).toEqual([
    "capture[0].event",
    "capture[0].properties.b.c",
  ]);
  expect(places({ capture: [{ event: "e", properties: { a: null } }] }, { capture })).toEqual([
    "capture[0].properties.a",
  ]);
});

test("jobs and metrics are compared whole", () => {
  const jobs = [{ name: "j", payload: { a: 1 }, when: [5, "minutes"] as [number, string] }];
  expect(places({ jobs: [{ name: "j", payload: { a: 1 }, when: [5, "minutes"] }] }, { jobs })).toEqual([]);
  expect(places({ jobs: [{ name: "j", when: "now" }] }, { jobs })).toEqual(["jobs[0].when", "jobs[0].payload"]);
  expect(places({ metrics: { m: [["increment", 1]] } }, { metrics: { m: [["increment", 2]] } })).toEqual([
    "metrics.m[0][1]",
  ]);
});

test("storage, cache and cacheTtl need only have what is expected, and null is absent", () => {
  const stored = { a: 1, b: null, list: ["x"] };
  for (const name of ["storage", "cache"] as const) {
    expect(places({ [name]: { a: 1, b: null, c: null } }, { [name]: stored })).toEqual([]);
    expect(places({ [name]: { a: 2, list: ["x", "y"] } }, { [name]: stored })).toEqual([
      `${name}.a`,
      `${name}.list[1]`,
    ]);
    expect(places({ [name]: { a: null } }, { [name]: stored })).toEqual([`${name}.a`]);
  }
  expect(places({ cacheTtl: { a: 60, b: null } }, { cacheTtl: { a: 60, c: 1 } })).toEqual([]);
});

describe("logs", () => {
  const logs = [
    { level: "log", message: "one two" },
    { level: "warn", message: "three" },
  ] as RunOutput["logs"];

  test("with contains must be in some message of that level", () => {
    expect(
      places(
        {
          logs: [
            { level: "warn", contains: "hre" },
            { level: "log", contains: "one" },
          ],
        },
        { logs },
      ),
    ).toEqual([]);
    expect(places({ logs: [{ level: "error", contains: "three" }] }, { logs })).toEqual(["logs[0]"]);
    expect(places({ logs: [{ level: "log", contains: "three" }] }, { logs })).toEqual(["logs[0]"]);
  });

  test("without it are compared whole", () => {
    expect(places({ logs: [{ level: "log", message: "one two" }] }, { logs })).toEqual(["logs[1]"]);
    expect(places({ logs: [] }, { logs: [] })).toEqual([]);
  });
});

test("fuel is compared when it is given", () => {
  expect(places({ fuel: 16 })).toEqual([]);
  expect(places({ fuel: 17 })).toEqual(["fuel"]);
});
