import type { JsonObject } from "../event.ts";
import { isObject } from "../is-object.ts";
import { MAX_TOKEN_LENGTH } from "./limits.ts";

/** The project key that a body carries: `$token`, `token`, `api_key` or `properties.token`, in this order. */
export function tokenOf(body: JsonObject): string | null {
  const inProperties = isObject(body.properties) ? body.properties.token : undefined;
  for (const token of [body.$token, body.token, body.api_key, inProperties]) {
    if (typeof token === "string" && token !== "") return token;
  }
  return null;
}

/** Whether `token` can be a project key at all. Keys that start with `phx_` are personal and open no project. */
export function isProjectKey(token: string): boolean {
  return token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token) && !token.startsWith("phx_");
}
