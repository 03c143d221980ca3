import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./host/store/schema.ts",
  out: "./host/store/migrations",
});
