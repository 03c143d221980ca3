import { UserError } from "../user-error.ts";
import { type WranglerCall, callDeploy } from "./wrangler-call.ts";

/**
 * Bundles the Worker into build/deploy, as a deployment would, without Cloudflare.
 * @param budget what the bundle may weigh when compressed, in bytes
 * @returns a sentence on its size
 * @throws UserError when the bundle is heavier than that
 */
export async function checkBundle(call: WranglerCall, budget: number): Promise<string> {
  const { gzipBytes } = await callDeploy(call, ["--dry-run", "--outdir", "build/deploy"]);
  const size = `The Worker weighs ${format(gzipBytes)} gzipped; scripts/bundle-budget.json allows ${format(budget)}.`;
  if (gzipBytes > budget)
    throw new UserError(`${size} Make it smaller (build/deploy shows what is in it), or raise the budget.`);
  return size;
}

function format(bytes: number): string {
  return `${(bytes / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} kB`;
}
