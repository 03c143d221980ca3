import { availableParallelism } from "node:os";

import { DRIZZLE_CONFIGS, findStaleMigrations } from "./check-migrations.ts";
import { findImportProblems } from "./import-direction.ts";
import { ROOT } from "./root.ts";
import { run } from "./run.ts";
import tsconfig from "../tsconfig.json" with { type: "json" };

/** A check answers with what is wrong, or with undefined. */
interface Check {
  name: string;
  find: () => Promise<string | undefined>;
}

const CHECKS: readonly Check[] = [
  ...tsconfig.references
    .filter(({ path }) => path !== "./host")
    .map(({ path }) => command(`types in ${path}`, "tsc", "-p", path)),
  command("lint", "oxlint", "--type-aware", "--deny-warnings", "--report-unused-disable-directives"),
  command("format (npm run format)", "oxfmt", "--check"),
  command("generated files of wit/", "npm", "run", "--silent", "wit", "--", "--check"),
  command("docs/plugin-types.md (npm run docs:types)", "npm", "run", "--silent", "docs:types", "--", "--check"),
  command("docs/cli.md (npm run docs:cli)", "npm", "run", "--silent", "docs:cli", "--", "--check"),
  ...DRIZZLE_CONFIGS.map((config) => ({ name: `migrations of ${config}`, find: () => findStaleMigrations(config) })),
  { name: "import directions", find: async () => (await findImportProblems(ROOT)).join("\n") || undefined },
];

function command(name: string, ...args: string[]): Check {
  return {
    name,
    find: async () => {
      const { code, output } = await run(args);
      return code === 0 ? undefined : output || `${args.join(" ")} ended with exit code ${code}`;
    },
  };
}

// The others read what these write.
const FIRST: readonly Check[] = [
  command("build", "npm", "run", "--silent", "build"),
  command("types in ./host", "npm", "run", "--silent", "types:api"),
];
const failed: string[] = [];
for (const check of FIRST) await report(check);

const waiting = [...CHECKS];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) await report(check);
  }),
);
console.log(
  failed.length === 0
    ? "\nAll checks passed."
    : `\n${failed.length} of ${CHECKS.length + FIRST.length} checks failed: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function report({ name, find }: Check): Promise<void> {
  const problem = await find();
  if (problem !== undefined) failed.push(name);
  console.log(problem === undefined ? `ok      ${name}` : `FAILED  ${name}\n${problem.trimEnd()}\n`);
}
