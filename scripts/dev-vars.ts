import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseEnv } from "node:util";

import { type Env, MADE_SECRETS, type MadeSecret, SETTINGS, type Setting, checkSettings } from "./secrets.ts";
import { UserError } from "./user-error.ts";

export type DevVars = { readonly [name in MadeSecret]: string } & { readonly [name in Setting]?: string } & {
  readonly LOCAL: "true";
};

/**
 * Writes the variables file of a local server, readable by its owner alone. The secrets are made once and kept for the next start: with other
 * keys, what was encrypted could not be read. Settings stay for as long as the environment has them. `LOCAL` tells the Worker that it is no deployment.
 * @param options.expanded whether Wrangler will replace `$NAME` in it: it does so in an `--env-file`, and not in `.dev.vars`
 */
export async function writeDevVars(path: string, env: Env, options: { expanded: boolean }): Promise<DevVars> {
  checkSettings(env);
  const previous: Env = existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
  const unescape = (value: string | undefined) => (options.expanded ? value?.replaceAll("\\$", "$") : value);
  const keep = (name: MadeSecret) => unescape(previous[name]) || MADE_SECRETS[name]();

  const vars: DevVars = {
    LOCAL: "true",
    ADMIN_TOKEN: env["ADMIN_TOKEN"] || keep("ADMIN_TOKEN"),
    ENCRYPTION_KEY: keep("ENCRYPTION_KEY"),
    COOKIE_KEY: keep("COOKIE_KEY"),
    ...Object.fromEntries(SETTINGS.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
  const lines = Object.entries(vars).map(([name, value]) => {
    return `${name}=${quote(name, options.expanded ? value.replaceAll("$", "\\$") : value)}`;
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `# Written by \`npm start\`.\n${lines.join("\n")}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return vars;
}

// The file's format knows no escaping: a value is quoted by a mark that it does not contain.
function quote(name: string, value: string): string {
  const mark = ["'", "`"].find((candidate) => !value.includes(candidate));
  if (mark === undefined || /\p{Cc}/u.test(value))
    throw new UserError(
      `${name} cannot be passed on to the local Worker: it holds a control character (a line's end?), or both ' and \`.`,
    );
  return mark + value + mark;
}
