import type { Ticker } from "./schedule/ticker.ts";
import type { TeamObject } from "./team/team-object.ts";

/** The Worker's bindings and variables; `wrangler.toml` and `.dev.vars` set them. */
export interface Env {
  /** Organizations, teams, keys, plugins, versions and configs. */
  REGISTRY: D1Database;
  /** Bundles, attachments and bodies too large for a row. */
  BLOBS: R2Bucket;
  TEAM: DurableObjectNamespace<TeamObject>;
  TICKER: DurableObjectNamespace<Ticker>;
  /** How often a project key may come, and a token of the API; unbounded where they are not bound. */
  CAPTURE_RATE?: RateLimit;
  API_RATE?: RateLimit;
  /** Opens the API and the console. */
  ADMIN_TOKEN?: string;
  /** Encrypts what must not be readable in the registry. */
  ENCRYPTION_KEY?: string;
  /** The key before, while a rotation is under way: what it sealed still opens. */
  ENCRYPTION_KEY_PREVIOUS?: string;
  /** Signs the console's session cookie. */
  COOKIE_KEY?: string;
  /** The host on which alone API and console answer; on every host when it is not set. */
  ADMIN_HOST?: string;
  /** Where team 1's events go; the local store when it is not set. */
  POSTHOG_HOST?: string;
  /** A real project key, which is mapped to team 1. */
  PROJECT_KEY?: string;
  /** Where packages are installed from; the public registry when it is not set. */
  NPM_REGISTRY_URL?: string;
  /** Where GitHub's and GitLab's repositories are; the public servers when they are not set. */
  GITHUB_BASE_URL?: string;
  GITLAB_BASE_URL?: string;
  /** How far configs may raise their limits: JSON, see `operator-limits.ts`. */
  MAX_LIMITS?: string;
  /** "true" lets plugins reach the machine that the Worker runs on. */
  ALLOW_LOOPBACK?: string;
  UPSTASH_REDIS_REST_URL?: string;
  UPSTASH_REDIS_REST_TOKEN?: string;
  /** "true" under `wrangler dev`, where `request.cf` is a fixed place. */
  LOCAL?: string;
}
