import { availableParallelism } from "node:os";

import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

import { MADE_SECRET_NAMES, SETTINGS } from "./scripts/secrets.ts";

/** What the last `npm start` left in .dev.vars would come along: a test must neither reach that PostHog nor be allowed more. */
const UNSET = Object.fromEntries([...SETTINGS, ...MADE_SECRET_NAMES, "LOCAL"].map((name) => [name, ""]));

const workerd = () =>
  cloudflareTest({
    wrangler: { configPath: "./wrangler.toml" },
    miniflare: { bindings: { ...UNSET, ENCRYPTION_KEY: "the tests' own" } },
  });

/** A machine that is busy is slow, not broken: what hangs is found out all the same. */
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000 };

/** These store nothing, so all files share one Worker: starting one for each takes longer than the tests. Every other file of the host's has its own. */
const STORELESS = [
  "test/{runtime,hostile}/**/*.test.ts",
  "test/host/*.test.ts",
  "test/host/{delivery,event-diff,files,geo,proxy,secrets}/**/*.test.ts",
  "test/host/plugins/{archive,sources}/**/*.test.ts",
  "test/host/plugins/!(install|sweep-versions|versions).test.ts",
  "test/host/api/{admin-host,merge-pages,configs/whole-boundaries,insight/exposition}.test.ts",
  "test/host/capabilities/{buffers,contract-names,fetch,fetch-cancel,fetch-guard,guarded-ways,jobs}.test.ts",
  "test/host/capabilities/{posthog-api,posthog-capture}.test.ts",
  "test/host/capture/{distinct-id,json,sample,sent-at,utf8}.test.ts",
  "test/host/{console/shown,schedule/grid}.test.ts",
  "test/host/team/{insight/counters,insight/histogram,insight/log-shares,plugins/lock,recording/recorder}.test.ts",
];

/** These start servers, from one bundle. `dev-server.test.ts` and `start.test.ts` start them as a user does. */
const SERVED = ["test/e2e/**/*.test.ts", "test/docs/{build-your-own,readme}.test.ts"];

export default defineConfig({
  test: {
    // Vitest leaves one core to itself, which is half of a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        plugins: [workerd()],
        test: {
          name: "workers",
          include: ["test/host/**/*.test.ts"],
          exclude: STORELESS,
          ...PATIENCE,
          globalSetup: "./test/support/provide-redis.ts",
        },
      },
      {
        plugins: [workerd()],
        test: { name: "shared", include: STORELESS, isolate: false, ...PATIENCE },
      },
      {
        test: {
          name: "node",
          include: ["test/{wit,cli,scripts,bench,docs,types}/**/*.test.ts"],
          exclude: SERVED,
          ...PATIENCE,
        },
      },
      {
        test: { name: "served", include: SERVED, ...PATIENCE, globalSetup: "./test/support/provide-server.ts" },
      },
    ],
  },
});
