import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const workerd = () => cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } });

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [workerd()],
        test: {
          name: "workers",
          include: ["test/host/**/*.test.ts"],
          globalSetup: "./test/support/provide-redis.ts",
        },
      },
      {
        // These leave nothing behind in a Worker, so all files share one: starting one for each takes longer than the tests.
        plugins: [workerd()],
        test: { name: "sandbox", include: ["test/{runtime,hostile}/**/*.test.ts"], isolate: false },
      },
      {
        test: {
          name: "node",
          include: ["test/{wit,cli,scripts,bench,e2e,docs}/**/*.test.ts"],
        },
      },
    ],
  },
});
