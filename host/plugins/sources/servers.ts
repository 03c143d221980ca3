import type { Env } from "../../env.ts";

/** Where packages and repositories are asked for: origins or addresses without a slash at the end. */
export interface Servers {
  npm: string;
  /** Where archives of repositories are, and where questions about them go. */
  github: { web: string; api: string };
  gitlab: string;
}

type ServersEnv = Pick<Env, "NPM_REGISTRY_URL" | "GITHUB_BASE_URL" | "GITLAB_BASE_URL">;

/** The public servers, or those that the operator named: a registry of one's own, GitHub Enterprise, GitLab. */
export function serversOf({ NPM_REGISTRY_URL, GITHUB_BASE_URL, GITLAB_BASE_URL }: ServersEnv): Servers {
  const github = trimmed(GITHUB_BASE_URL);
  return {
    npm: trimmed(NPM_REGISTRY_URL) ?? "https://registry.npmjs.org",
    github:
      github === null || github === "https://github.com"
        ? { web: "https://github.com", api: "https://api.github.com" }
        : { web: github, api: `${github}/api/v3` },
    gitlab: trimmed(GITLAB_BASE_URL) ?? "https://gitlab.com",
  };
}

const trimmed = (url: string | undefined): string | null => url?.replace(/\/+$/, "") || null;
