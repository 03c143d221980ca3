import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "workers",
          include: ["test/{host,runtime,hostile}/**/*.test.ts"],
          globalSetup: "./test/support/provide-redis.ts",
        },
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
