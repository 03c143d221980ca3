import { type Env, MADE_SECRETS, MADE_SECRET_NAMES, SETTINGS, checkSettings } from "../secrets.ts";
import { UserError } from "../user-error.ts";
import type { WranglerCall } from "./wrangler-call.ts";

/** Puts a question to the user; the empty string when they just press Enter, and when nobody is there to ask. */
export type Ask = (question: string) => Promise<string>;

const QUESTIONS = {
  POSTHOG_HOST:
    "POSTHOG_HOST, where events go on to, for example https://us.i.posthog.com (Enter: they stay in Hoglet): ",
  PROJECT_KEY: "PROJECT_KEY, the PostHog project's key, phc_... (Enter: the demo key phc_demo): ",
} as const;

/**
 * What has to be uploaded: values of the environment always, so that they can be changed; of the rest, what the Worker lacks.
 * @returns values by name, and the names of those that were made here and that nobody has seen
 */
export async function collectSecrets(
  call: WranglerCall,
  config: string,
  env: Env,
  ask: Ask,
): Promise<{ values: Record<string, string>; made: string[] }> {
  checkSettings(env);
  const present = await listSecrets(call, config);
  const values: Record<string, string> = {};
  const made: string[] = [];
  for (const name of [...MADE_SECRET_NAMES, ...SETTINGS]) if (env[name]) values[name] = env[name];

  const missing = (name: string) => !present.has(name) && values[name] === undefined;
  for (const name of MADE_SECRET_NAMES.filter(missing)) {
    const answer = await ask(`${name} (Enter: one is made for you): `);
    if (!answer) made.push(name);
    values[name] = answer || MADE_SECRETS[name]();
  }
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const answer = missing(name) ? await ask(question) : "";
    if (answer) values[name] = answer;
  }
  return { values, made };
}

async function listSecrets(call: WranglerCall, config: string): Promise<Set<string>> {
  const { code, stdout, output } = await call(["secret", "list", "--config", config]);
  if (code === 0) {
    const secrets: { name: string }[] = JSON.parse(stdout);
    return new Set(secrets.map(({ name }) => name));
  }
  // The first deployment: there is no Worker yet.
  if (/Worker ".*" not found/.test(output)) return new Set();
  throw new UserError(`\`wrangler secret list\` failed:\n${output.trim()}`);
}
