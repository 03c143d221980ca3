import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import budget from "../bundle-budget.json" with { type: "json" };
import { ROOT } from "../root.ts";
import type { Env } from "../secrets.ts";
import { UserError } from "../user-error.ts";
import { checkBundle } from "./bundle.ts";
import { type Ask, collectSecrets } from "./collect-secrets.ts";
import { writeDeployConfig } from "./deploy-config.ts";
import { ensureBucket, ensureDatabase, ensureLoggedIn } from "./resources.ts";
import { type WranglerCall, callDeploy, mustCall } from "./wrangler-call.ts";

const CONFIG = "wrangler.deploy.toml";

/** What a deployment needs of the world outside. */
export interface Surroundings {
  call: WranglerCall;
  ask: Ask;
  env: Env;
  print: (line: string) => void;
  /** @returns undefined when the event was accepted, else what came instead */
  sendEvent: (url: string, projectKey: string) => Promise<string | undefined>;
}

/** Bundles the Worker and weighs it: what can be done of a deployment without Cloudflare. */
export async function dryRun({ call, print }: Surroundings): Promise<void> {
  print(await checkBundle(call, budget.gzipBytes));
}

/** Deploys to the Cloudflare account that Wrangler is logged in to. Every step leaves alone what is there already, so it can be run again at any time. */
export async function deploy(surroundings: Surroundings): Promise<void> {
  const { call, ask, env, print } = surroundings;
  await dryRun(surroundings);
  await ensureLoggedIn(call);

  const toml = await readFile(join(ROOT, "wrangler.toml"), "utf8");
  const database = nameIn(toml, "database_name");
  const bucket = nameIn(toml, "bucket_name");
  await writeFile(join(ROOT, CONFIG), writeDeployConfig(toml, await ensureDatabase(call, database)));
  print(`Database ${database} is there.`);
  await ensureBucket(call, bucket);
  print(`Bucket ${bucket} is there.`);

  const { values, made } = await collectSecrets(call, CONFIG, env, ask);
  await mustCall(call, ["d1", "migrations", "apply", "REGISTRY", "--remote", "--config", CONFIG]);
  print("The database is up to date.");

  const { targets } = await deployWithSecrets(call, values);
  const url = targets.find((target) => target.startsWith("https://"))?.replace(/\/$/, "");
  if (made.includes("ADMIN_TOKEN")) print(`ADMIN_TOKEN  ${values["ADMIN_TOKEN"]}  (keep it: it is not shown again)`);
  if (!url)
    throw new UserError(
      `Hoglet is deployed, and answers nowhere: turn on workers_dev or add a route. Wrangler named: ${targets.join(", ") || "nothing"}.`,
    );

  print(`Hoglet runs on ${url}`);
  const refusal = await surroundings.sendEvent(url, values["PROJECT_KEY"] ?? "phc_demo");
  if (refusal !== undefined)
    throw new UserError(
      `A first event was not accepted: ${refusal}\nTo send it with your project's key: PROJECT_KEY=phc_... npm run deploy`,
    );
  print("A first event went through.");
}

async function deployWithSecrets(call: WranglerCall, values: Record<string, string>): Promise<{ targets: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "hoglet-secrets-"));
  try {
    const file = join(folder, "secrets.json");
    await writeFile(file, JSON.stringify(values), { mode: 0o600 });
    return await callDeploy(call, ["--config", CONFIG, "--secrets-file", file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function nameIn(toml: string, key: string): string {
  const name = new RegExp(`^${key} = "([^"]+)"`, "m").exec(toml)?.[1];
  if (!name) throw new UserError(`wrangler.toml has no ${key}.`);
  return name;
}
