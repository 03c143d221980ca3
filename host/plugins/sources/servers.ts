import type { Env } from "../../env.ts";
import { isLoopback } from "../../capabilities/fetch-guard.ts";
import { SourceError } from "./source-error.ts";

/** Where packages and repositories are asked for: addresses without a slash at the end. */
export interface Servers {
  npm: string;
  /** Where archives of repositories are, and where questions about them go. */
  github: { web: string; api: string };
  gitlab: string;
}

type ServersEnv = Pick<Env, "NPM_REGISTRY_URL" | "GITHUB_BASE_URL" | "GITLAB_BASE_URL">;

/**
 * The public servers, or those that the operator named: a registry of one's own, GitHub Enterprise, GitLab.
 * @throws {SourceError} for an address that would have plugins and tokens go over the network unencrypted
 */
export function serversOf(env: ServersEnv): Servers {
  const github = address(env, "GITHUB_BASE_URL", "https://github.com");
  return {
    npm: address(env, "NPM_REGISTRY_URL", "https://registry.npmjs.org"),
    github: {
      web: github,
      api: github === "https://github.com" ? "https://api.github.com" : `${github}/api/v3`,
    },
    gitlab: address(env, "GITLAB_BASE_URL", "https://gitlab.com"),
  };
}

function address(env: ServersEnv, name: keyof ServersEnv, publicServer: string): string {
  const named = env[name];
  if (!named) return publicServer;
  const url = URL.parse(named);
  if (url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))))
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  throw new SourceError(`${name} has to be an address such as ${publicServer}: https, unless it is of this machine.`);
}
