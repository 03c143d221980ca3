import { UserError } from "../user-error.ts";

/** The id in wrangler.toml, which serves local databases alone. */
const LOCAL_ID = "00000000-0000-0000-0000-000000000000";

/**
 * wrangler.toml as it is deployed: with the id of the account's own database. It is a file beside the tracked one, because the id is no part of the
 * project, and because Wrangler files local databases under it.
 */
export function writeDeployConfig(toml: string, databaseId: string): string {
  const line = `database_id = "${LOCAL_ID}"`;
  if (!toml.includes(line))
    throw new UserError(
      `wrangler.toml must say \`${line}\`: \`npm run deploy\` puts the account's own id in its place.`,
    );
  return `# Written by \`npm run deploy\` from wrangler.toml.\n${toml.replace(line, `database_id = "${databaseId}"`)}`;
}
