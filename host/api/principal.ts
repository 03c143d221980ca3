import { type ApiToken, apiTokenBySecret, touchApiToken } from "../store/api-tokens.ts";
import type { Env } from "../env.ts";
import { openRegistry } from "../store/registry.ts";
import { isAdminToken } from "./admin-token.ts";
import { ApiError } from "./api-error.ts";
import type { Access, Role } from "./route.ts";

/** Who calls the API. */
export type Principal =
  | { role: "operator"; access: "write"; token: null }
  | { role: "organization"; access: Access; organizationId: number; token: ApiToken }
  | { role: "team"; access: Access; organizationId: number; teamId: number; token: ApiToken };

/**
 * Finds out who sends a request: whoever has the operator's token, or a token of an organization or a team. A revoked token is
 * refused at once, everywhere. Throws ApiError: 401, or 503 when nobody could be let in because ADMIN_TOKEN is not set.
 * @param now milliseconds since the epoch
 */
export async function authenticate(request: Request, env: Env, now: number): Promise<Principal> {
  const secret = /^Bearer +(.+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (secret !== undefined && (await isAdminToken(secret, env))) return OPERATOR;
  const db = openRegistry(env);
  const found = secret === undefined ? null : await apiTokenBySecret(db, secret);
  if (found) {
    await touchApiToken(db, found.token, now);
    const { token, organizationId } = found;
    const access = token.scopes?.includes("write") ? "write" : "read";
    return token.teamId === null
      ? { role: "organization", access, organizationId, token }
      : { role: "team", access, organizationId, teamId: token.teamId, token };
  }
  if (!env.ADMIN_TOKEN)
    throw ApiError.unavailable(
      "The API is closed because ADMIN_TOKEN is not set. Set it, for example with `npx wrangler secret put ADMIN_TOKEN`, and send it as Authorization: Bearer TOKEN.",
    );
  throw ApiError.notAuthenticated(
    secret === undefined
      ? "Authentication credentials were not provided. Send the ADMIN_TOKEN, or a token of an organization or a team, as Authorization: Bearer TOKEN."
      : "The token is neither this Hoglet's ADMIN_TOKEN nor a token of one of its organizations or teams, or it was revoked.",
  );
}

/** Who may do what, for the API's document. */
export const ACCESS_NOTE =
  "A token of a team opens what is the team's, one of an organization all of its teams and plugins, ADMIN_TOKEN everything. What is another's is answered as if it were not there.";

const OPERATOR: Principal = { role: "operator", access: "write", token: null };
const RANK: Record<Role, number> = { team: 0, organization: 1, operator: 2 };
const OWNER: Record<Role, string> = {
  team: "a team's token",
  organization: "a token of the organization",
  operator: "the operator's ADMIN_TOKEN",
};

/** Throws ApiError 429 when a token comes too often. The operator's is not counted. */
export async function checkRate({ token }: Principal, { API_RATE }: Pick<Env, "API_RATE">): Promise<void> {
  if (token === null || !API_RATE) return;
  const { success } = await API_RATE.limit({ key: `token/${token.id}` });
  if (!success) throw ApiError.tooManyRequests("Too many requests came with this token. Wait a minute.");
}

/** Throws ApiError 403 when somebody may not do what others may with the same thing. */
export function permit(principal: Principal, role: Role, access: Access): void {
  if (RANK[principal.role] < RANK[role])
    throw ApiError.forbidden(`This needs ${OWNER[role]}, and the request came with ${OWNER[principal.role]}.`);
  if (access === "write" && principal.access === "read")
    throw ApiError.forbidden('The token may only read. Make one with the scopes ["read", "write"].');
}
