import { describe, expect, test } from "vitest";
import { quietAnswer } from "../../../host/proxy/quiet.ts";
import { REMOTE_CONFIG } from "../../../host/proxy/remote-config.ts";

const ORIGIN = "https://shop.test";

const ask = (path: string, init: RequestInit = {}) =>
  quietAnswer(new Request(`https://events.test${path}`, { headers: { Origin: ORIGIN }, ...init }));

const post = (path: string) => ask(path, { method: "POST", body: "data=e30%3D" });

describe("remote configuration", () => {
  test("turns capture on and everything else off", () => {
    expect(REMOTE_CONFIG).toMatchObject({
      supportedCompression: ["gzip", "gzip-js"],
      autocapture_opt_out: false,
      config: { enable_collect_everything: true },
      hasFeatureFlags: false,
      sessionRecording: false,
      isAuthenticated: false,
      siteApps: [],
    });
  });

  test("does not mention surveys, because posthog-js then loads a script that is not here", () => {
    expect(REMOTE_CONFIG).not.toHaveProperty("surveys");
  });

  test("is JSON at /array/<token>/config", async () => {
    expect(await (await ask("/array/phc_a/config")).json()).toEqual(REMOTE_CONFIG);
  });

  test.each(["phc_a", '"];alert(1)//', "</script><script>alert(1)</script>", "\u2028\\", "__proto__"])(
    "is a script at /array/<token>/config.js for the token %j",
    async (token) => {
      const answer = await ask(`/array/${encodeURIComponent(token)}/config.js`);
      expect(answer.headers.get("Content-Type")).toBe("application/javascript; charset=utf-8");
      const script = await answer.text();
      expect(script).not.toContain("<");
      const parts =
        /^\(function\(w\)\{w\._POSTHOG_REMOTE_CONFIG=w\._POSTHOG_REMOTE_CONFIG\|\|\{\};w\._POSTHOG_REMOTE_CONFIG\[(.*?)\]=(\{"config".*\});\}\)\(window\);\n$/s.exec(
          script,
        );
      // JSON is a subset of JavaScript, so two JSON texts in this frame are a valid script.
      expect(JSON.parse(parts?.[1] ?? "")).toBe(token);
      expect(JSON.parse(parts?.[2] ?? "")).toEqual({ config: REMOTE_CONFIG, siteApps: [] });
    },
  );
});

describe("flags", () => {
  test.each(["/decide/?v=2&ip=1&_=1", "/decide/?v=3", "/decide?v=4", "/flags/?v=2", "/flags?v=2&config=true"])(
    "at %s are none, with the remote configuration",
    async (path) => {
      const answer = await post(path);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({
        ...REMOTE_CONFIG,
        flags: {},
        featureFlags: {},
        featureFlagPayloads: {},
        errorsWhileComputingFlags: false,
      });
    },
  );

  test.each(["/decide/", "/decide/?v=1"])(
    "at %s are a list, in which posthog-node 1 looks for its flag",
    async (path) => {
      expect(await (await post(path)).json()).toMatchObject({ featureFlags: [] });
    },
  );

  test.each(["/api/feature_flag/local_evaluation?token=phc_a&send_cohorts", "/flags/definitions?token=phc_a"])(
    "defined at %s are none",
    async (path) => {
      expect(await (await ask(path)).json()).toEqual({ flags: [], group_type_mapping: {}, cohorts: {} });
    },
  );

  test("listed for posthog-node 1 are none", async () => {
    expect(await (await ask("/api/feature_flag/?token=phc_a")).json()).toMatchObject({ results: [] });
  });
});

test.each([
  ["/api/surveys/?token=phc_a", { surveys: [] }],
  ["/api/early_access_features/?token=phc_a", { earlyAccessFeatures: [] }],
  ["/api/web_experiments/?token=phc_a", { experiments: [] }],
  ["/api/product_tours/?token=phc_a", { product_tours: [] }],
])("%s is empty", async (path, expected) => {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(expected);
});

describe("recordings and telemetry", () => {
  test.each(["/s/?ip=1", "/s", "/i/v1/logs?token=phc_a", "/i/v1/metrics", "/i/v1/traces"])(
    "sent to %s are taken to their end",
    async (path) => {
      let sent = 0;
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          sent += 1;
          controller.enqueue(new Uint8Array(65_536));
          if (sent === 100) controller.close();
        },
      });
      const answer = await ask(path, { method: "POST", body });
      expect(sent).toBe(100);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 1 });
    },
  );

  test("that break off are nobody's error", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("client disconnected")),
    });
    expect((await ask("/s/", { method: "POST", body })).status).toBe(200);
  });
});

test.each([
  "/",
  "/static/recorder.js",
  "/static/array.js",
  "/array/phc_a/array.js",
  "/api/projects/@current",
  "/s/x",
  "/__proto__",
  "/constructor",
])("%s is not there, and the answer says what would make it so", async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: "not_found", detail: expect.stringContaining("POSTHOG_HOST") });
});

test.each(["/flags/?v=2", "/array/phc_a/config.js", "/s/", "/nothing"])(
  "%s can be read by any page and is kept by no cache",
  async (path) => {
    const { headers } = await ask(path);
    expect(headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(headers.get("Cache-Control")).toBe("no-store");
  },
);
