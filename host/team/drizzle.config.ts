import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  driver: "durable-sqlite",
  schema: "./host/team/schema.ts",
  out: "./host/team/migrations",
});
