import { UserError } from "../user-error.ts";
import { type WranglerCall, mustCall } from "./wrangler-call.ts";

// The code of Cloudflare's API for a bucket that does not exist.
const NO_SUCH_BUCKET = /\b10006\b/;

/** @throws UserError when nobody is logged in */
export async function ensureLoggedIn(call: WranglerCall): Promise<void> {
  const { code } = await call(["whoami", "--json"]);
  if (code !== 0)
    throw new UserError("Cloudflare does not know you: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.");
}

/** The id of the D1 database of this name, created when there is none. */
export async function ensureDatabase(call: WranglerCall, name: string): Promise<string> {
  const find = async () => {
    const { stdout } = await mustCall(call, ["d1", "list", "--json"]);
    const databases: { uuid: string; name: string }[] = JSON.parse(stdout);
    return databases.find((database) => database.name === name)?.uuid;
  };
  const existing = await find();
  if (existing) return existing;
  await mustCall(call, ["d1", "create", name, "--update-config=false"]);
  const created = await find();
  if (!created) throw new Error(`the database ${name} was created and is not in the list`);
  return created;
}

/** Creates the R2 bucket of this name when there is none. */
export async function ensureBucket(call: WranglerCall, name: string): Promise<void> {
  const { code, output } = await call(["r2", "bucket", "info", name, "--json"]);
  if (code === 0) return;
  if (!NO_SUCH_BUCKET.test(output))
    throw new UserError(`\`wrangler r2 bucket info ${name}\` failed:\n${output.trim()}`);
  await mustCall(call, ["r2", "bucket", "create", name, "--update-config=false"]);
}
