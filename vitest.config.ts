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

/** These are about all that a Worker has, its memory among that, or about its demo team: each has a Worker of its own. */
const ALONE = [
  "test/host/{schedule/tick,store/seed,console/page,plugins/sweep-versions,api/tenants/kill-switches}.test.ts",
  "test/host/team/plugins/plugin.test.ts",
  "test/host/tenants/**/*.test.ts",
];

/** These start servers, from one bundle. `dev-server.test.ts` and `start.test.ts` start them as a user does. */
const SERVED = ["test/e2e/**/*.test.ts", "test/docs/{build-your-own,readme}.test.ts"];

/**
 * Vitest ends what its module loader has in hand at the end of each file. An object of a test that is over, which wakes by its alarm just then, fails on
 * that and is woken again: no test is concerned.
 */
const isNews = ({ name, message = "" }: { name?: string; message?: string }): boolean =>
  !(name === "EnvironmentTeardownError" && message.includes('Closing rpc while "resolve" was pending'));

export default defineConfig({
  test: {
    // Vitest leaves one core to itself, which is half of a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    onUnhandledError: isNews,
    projects: [
      {
        plugins: [workerd()],
        test: {
          name: "workers",
          include: ["test/{runtime,hostile,host}/**/*.test.ts"],
          exclude: ALONE,
          // One Worker for all files, which work in teams of their own: starting one for each takes longer than the tests.
          isolate: false,
          ...PATIENCE,
          globalSetup: "./test/support/provide-redis.ts",
        },
      },
      {
        plugins: [workerd()],
        test: { name: "alone", include: ALONE, ...PATIENCE, globalSetup: "./test/support/provide-redis.ts" },
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
