import { describe, expect, test } from "vitest";
import { InvalidPluginError } from "../../../host/plugins/errors.ts";
import { parseManifest, readManifest } from "../../../host/plugins/manifest.ts";
import { NPM_PLUGINS } from "./npm-plugins.ts";

function problemsOf(value: unknown, name?: string): Record<string, string> {
  try {
    readManifest(value, name);
  } catch (error) {
    if (error instanceof InvalidPluginError)
      return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
    throw error;
  }
  throw new Error("accepted");
}

describe("plugin.json", () => {
  test("gets its defaults", () => {
    expect(parseManifest('\uFEFF{"name": " Hello ", "description": null}')).toEqual({
      manifest: {
        name: "Hello",
        description: "",
        url: null,
        main: null,
        icon: null,
        posthogVersion: null,
        config: [],
        publicJobs: {},
        schedule: {},
        stateless: false,
        capabilities: null,
      },
      warnings: [],
    });
  });

  test("keeps every known key", () => {
    const given = {
      name: "Full",
      description: "d",
      url: "https://github.com/a/b",
      main: "index.ts",
      icon: "https://x/i.png",
      posthogVersion: ">= 1.25.0",
      config: [{ key: "a", type: "string" }],
      publicJobs: { Export: { payload: { from: { title: "From", type: "date", required: true, default: 1 } } } },
      schedule: { runEveryQuarterHour: { cron: "*/15 * * * *", timezone: "Europe/Berlin" } },
      stateless: false,
      capabilities: { fetch: ["api.x.com", "*.y.com", "localhost:8080", "*"], cache: true, storage: false },
    };
    expect(readManifest(given)).toEqual({ manifest: given, warnings: [] });
  });

  test("may be missing, or nameless, when a name is given", () => {
    expect(parseManifest(null, "Pasted").manifest.name).toBe("Pasted");
    expect(parseManifest('{"name": ""}', "Pasted").manifest.name).toBe("Pasted");
    expect(parseManifest('{"name": "Own"}', "Pasted").manifest.name).toBe("Own");
    expect(problemsOf({})).toEqual({ "plugin.json: name": 'is missing; add "name": "My plugin"' });
  });

  test("with unknown keys is accepted with warnings", () => {
    expect(readManifest({ name: "a", version: "1", lib: "lib.js", config: { k: { requird: true } } }).warnings).toEqual(
      [
        "plugin.json: unknown key version is ignored",
        "plugin.json: lib is ignored; import the file from main instead",
        "plugin.json: unknown key config.k.requird is ignored",
      ],
    );
  });

  test("with unknown keys in its jobs is accepted with warnings", () => {
    const publicJobs = { a: { payload: { b: { titel: "B" } }, paylod: 1 } };
    expect(readManifest({ name: "a", publicJobs }).warnings).toEqual([
      "plugin.json: unknown key publicJobs.a.paylod is ignored",
      "plugin.json: unknown key publicJobs.a.payload.b.titel is ignored",
    ]);
  });

  test("that is no JSON object is refused", () => {
    expect(() => parseManifest("{oops")).toThrow(/^plugin\.json: is not valid JSON: /);
    for (const text of ["null", "[]", '"x"', "1"])
      expect(() => parseManifest(text)).toThrow("plugin.json: must be a JSON object");
  });

  test("has all its problems reported at once, with their places", () => {
    const problems = problemsOf({
      name: 5,
      description: {},
      url: "x".repeat(801),
      main: ["a"],
      stateless: "yes",
      publicJobs: { a: { payload: { b: { required: 1 } } }, c: 1 },
      config: [{ key: "a", type: "string", required: "true" }, 7, { key: "c", visible_if: "x" }],
      capabilities: { fetch: ["https://api.x.com/"], cash: true, cache: ["a"] },
    });
    expect(problems).toEqual({
      "plugin.json: name": "must be text in double quotes",
      "plugin.json: description": "must be text in double quotes",
      "plugin.json: url": "is longer than 800 characters; shorten it",
      "plugin.json: main": "must be text in double quotes",
      "plugin.json: stateless": "must be true or false, without quotes",
      "plugin.json: publicJobs.a.payload.b.required": "must be true or false, without quotes",
      "plugin.json: publicJobs.c": 'must be an object such as {"payload": {}}',
      "plugin.json: config[0].required": "must be true or false, without quotes",
      "plugin.json: config[1]": 'must be an object such as {"type": "string"}',
      "plugin.json: config[2].visible_if": 'must be a list of pairs such as [["field", "value"]]',
      "plugin.json: capabilities.fetch[0]": expect.stringContaining("without scheme or path"),
      "plugin.json: capabilities.cash": expect.stringMatching(/^is not a capability; there are .*\bcache\b/),
      "plugin.json: capabilities.cache": "must be true or false",
    });
  });

  test("cannot be stateless and have a config", () => {
    const config = [{ key: "a", type: "string" }];
    expect(problemsOf({ name: "a", stateless: true, config })).toEqual({
      "plugin.json: stateless": expect.stringContaining("Stateless plugins cannot have a config!"),
    });
    expect(readManifest({ name: "a", stateless: true, config: {} }).manifest.stateless).toBe(true);
  });
});

describe("hostile manifests", () => {
  test("are limited in size, depth and noise", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expect(() => parseManifest(deep)).toThrow("nested more than 50 levels deep");
    expect(() => parseManifest(JSON.stringify({ name: "a", x: "y".repeat(300_000) }))).toThrow("is longer than");
    const noisy = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 1]));
    expect(readManifest({ ...noisy, name: "a" }).warnings).toHaveLength(50);
    const wrong = Array.from({ length: 400 }, () => 1);
    expect(Object.keys(problemsOf({ name: "a", config: wrong }))).toHaveLength(50);
    expect(problemsOf({ name: "a", config: Array.from({ length: 501 }, () => ({})) })).toEqual({
      "plugin.json: config": "has 501 fields; at most 500 are allowed",
    });
  });

  test("cannot reach prototypes", () => {
    const text =
      '{"name": "a", "config": {"__proto__": {"type": "string"}}, "publicJobs": {"__proto__": {"payload": {}}}}';
    expect(() => parseManifest(text)).toThrow("plugin.json: config.__proto__.key: is reserved");
    expect(problemsOf(JSON.parse('{"__proto__": {"name": "x"}}'))).toHaveProperty(["plugin.json: name"]);
  });
});

test("the manifests of published plugins are accepted without warnings", () => {
  for (const files of Object.values(NPM_PLUGINS)) {
    const { manifest, warnings } = parseManifest(files["plugin.json"]);
    expect(warnings).toEqual([]);
    expect(manifest.config.length > 0).toBe(!manifest.stateless);
  }
});

describe("schedule of plugin.json", () => {
  const schedule = (value: unknown) => readManifest({ name: "a", schedule: value }).manifest.schedule;

  test("takes a pattern alone, which is of UTC, or one with a time zone", () => {
    expect(
      schedule({
        runEveryQuarterHour: "*/15 * * * *",
        runEveryMorning: { cron: "0 6 * * MON-FRI", timezone: "Europe/Berlin" },
      }),
    ).toEqual({
      runEveryQuarterHour: { cron: "*/15 * * * *", timezone: "UTC" },
      runEveryMorning: { cron: "0 6 * * MON-FRI", timezone: "Europe/Berlin" },
    });
  });

  test.each([
    [
      { runEveryX: "* * * * * *" },
      "schedule.runEveryX",
      /^"\* \* \* \* \* \*" is no cron pattern of five fields: minute, /,
    ],
    [{ runEveryX: "* * * *" }, "schedule.runEveryX", /^"\* \* \* \*" is no cron pattern of five fields: minute, /],
    [
      { runEveryX: "61 * * * *" },
      "schedule.runEveryX",
      /^"61 \* \* \* \*" is no cron pattern: Invalid value for minute: 61$/,
    ],
    [{ runEveryX: "@daily" }, "schedule.runEveryX", /^"@daily" is no cron pattern of five fields: /],
    [{ runEveryX: "2099-11-30T12:55:00" }, "schedule.runEveryX", /is no cron pattern of five fields: /],
    [{ runEveryX: "30 Nov 2099 12:55 UTC" }, "schedule.runEveryX", /is no cron pattern of five fields: /],
    [
      { runEveryX: "0 0 31 2 *" },
      "schedule.runEveryX",
      /^the pattern "0 0 31 2 \*" is never due|has the pattern|never due/,
    ],
    [{ runEveryX: { cron: "* * * * *", timezone: "Mars/Base" } }, "schedule.runEveryX", /time zone "Mars\/Base".*IANA/],
    [{ runEveryX: { cron: "* * * * *", timezone: "+02:00" } }, "schedule.runEveryX", /time zone "\+02:00".*IANA/],
    [{ runEveryX: { cron: "* * * * *", zone: "UTC" } }, "schedule.runEveryX", /must be a cron pattern such as/],
    [{ runEveryX: 5 }, "schedule.runEveryX", /must be a cron pattern such as/],
    [{ processEvent: "* * * * *" }, "schedule.processEvent", /name begins with runEvery/],
    [[], "schedule", /must be an object such as/],
  ])("%j is refused", (value, path, message) => {
    expect(problemsOf({ name: "a", schedule: value })).toEqual({
      [`plugin.json: ${path}`]: expect.stringMatching(message),
    });
  });

  test("has so many functions at most", () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`runEvery${i}`, "* * * * *"]));
    expect(problemsOf({ name: "a", schedule: many })).toEqual({
      "plugin.json: schedule": "has more than 20 functions",
    });
  });
});
