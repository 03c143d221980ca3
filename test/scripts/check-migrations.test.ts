import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { DRIZZLE_CONFIGS, findStaleMigrations } from "../../scripts/check-migrations.ts";
import { ROOT } from "../../scripts/root.ts";

let folder: string;
beforeAll(async () => {
  await mkdir(join(ROOT, "build"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "build/check-migrations-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(DRIZZLE_CONFIGS)("the migrations of %s are what its schema asks for", { timeout: 60_000 }, async (config) => {
  expect(await findStaleMigrations(config)).toBeUndefined();
});

test("a table without a migration is noticed, and the folder stays as it was", { timeout: 60_000 }, async () => {
  await cp(join(ROOT, "host/team/migrations"), join(folder, "migrations"), { recursive: true });
  const table = 'sqliteTable("forgotten", { id: text("id").primaryKey() })';
  await writeFile(
    join(folder, "schema.ts"),
    `import { sqliteTable, text } from "drizzle-orm/sqlite-core";\nexport * from "../../host/team/schema.ts";\nexport const forgotten = ${table};\n`,
  );
  const out = relative(ROOT, join(folder, "migrations"));
  const config = {
    dialect: "sqlite",
    driver: "durable-sqlite",
    schema: relative(ROOT, join(folder, "schema.ts")),
    out,
  };
  const configFile = join(folder, "drizzle.config.ts");
  await writeFile(configFile, `export default ${JSON.stringify(config)};\n`);
  const journal = await readFile(join(folder, "migrations/meta/_journal.json"), "utf8");

  expect(await findStaleMigrations(configFile)).toMatch(/is stale: .*_journal\.json/);
  expect(await readFile(join(folder, "migrations/meta/_journal.json"), "utf8")).toBe(journal);
});
