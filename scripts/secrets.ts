import { randomBytes } from "node:crypto";

import { readOperatorLimits } from "../host/operator-limits.ts";
import { UserError } from "./user-error.ts";

/** The secrets that Hoglet cannot run without, and how each is made for those who have no wish of their own. */
export const MADE_SECRETS = {
  /** Opens the API and the console. */
  ADMIN_TOKEN: () => randomBytes(18).toString("base64url"),
  /** Encrypts the secret values of plugin configurations. */
  ENCRYPTION_KEY: () => randomBytes(32).toString("base64"),
  /** Signs the console's cookies. */
  COOKIE_KEY: () => randomBytes(32).toString("base64"),
} as const;

export type MadeSecret = keyof typeof MADE_SECRETS;
export const MADE_SECRET_NAMES = Object.keys(MADE_SECRETS) as readonly MadeSecret[];

/** Settings of the environment that reach the Worker when they are set. */
export const SETTINGS = [
  "POSTHOG_HOST",
  "PROJECT_KEY",
  "ADMIN_HOST",
  "ENCRYPTION_KEY_PREVIOUS",
  "MAX_LIMITS",
  "ALLOW_LOOPBACK",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "NPM_REGISTRY_URL",
  "GITHUB_BASE_URL",
  "GITLAB_BASE_URL",
] as const;

export type Setting = (typeof SETTINGS)[number];

/** @throws UserError for a setting that the Worker could do nothing with */
export function checkSettings(env: Env): void {
  try {
    readOperatorLimits(env["MAX_LIMITS"]);
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** Environment variables, `process.env` or a part of it. */
export type Env = { readonly [name: string]: string | undefined };
