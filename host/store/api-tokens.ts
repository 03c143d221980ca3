import { and, desc, eq, isNotNull, isNull, or } from "drizzle-orm";
import { randomToken } from "../random-token.ts";
import { sha256 } from "../sha256.ts";
import type { Registry } from "./registry.ts";
import { key, organization, team } from "./schema.ts";

/** A token of the API, without its secret: nobody can read that again. */
export type ApiToken = Omit<typeof key.$inferSelect, "token" | "tokenHash">;
/** Whom a token belongs to: one of the two is null. */
export type TokenOwner = { organizationId: number; teamId: null } | { organizationId: null; teamId: number };

/** What a token may do: everything else, and more than its owner may, is refused. */
export const SCOPES = ["read", "write"] as const;
export type TokenScope = (typeof SCOPES)[number];

const TOUCH_AFTER = 60_000;
const columns = {
  id: key.id,
  organizationId: key.organizationId,
  teamId: key.teamId,
  label: key.label,
  scopes: key.scopes,
  createdAt: key.createdAt,
  lastUsedAt: key.lastUsedAt,
  revokedAt: key.revokedAt,
};

/** What tokens begin with: `hgo_` for an organization's, `hgt_` for a team's. */
const PREFIX = { organization: "hgo_", team: "hgt_" };

/** Whether a text looks like a token of the API, which nobody else may see. */
export const isApiToken = (text: string): boolean => /^hg[ot]_[\w-]{43}$/.test(text);

/** Makes a token. @returns it, and its secret, which is shown this once */
export async function createApiToken(
  db: Registry,
  owner: TokenOwner,
  { label, scopes }: { label: string; scopes: readonly TokenScope[] },
  now: number,
): Promise<{ token: ApiToken; secret: string }> {
  const secret = `${owner.teamId === null ? PREFIX.organization : PREFIX.team}${randomToken()}`;
  const tokenHash = await hashOf(secret);
  const row = { ...owner, label, scopes: [...scopes], tokenHash, createdAt: now };
  return { token: await db.insert(key).values(row).returning(columns).get(), secret };
}

/** The token of a secret with the organization that it belongs to; null when there is none, it was revoked, or its owner is being erased. */
export async function apiTokenBySecret(
  db: Registry,
  secret: string,
): Promise<{ token: ApiToken; organizationId: number } | null> {
  if (!isApiToken(secret)) return null;
  const found = await db
    .select({ token: columns, teamOrganization: team.organizationId })
    .from(key)
    .leftJoin(team, eq(team.id, key.teamId))
    .innerJoin(organization, or(eq(organization.id, key.organizationId), eq(organization.id, team.organizationId)))
    .where(
      and(
        eq(key.tokenHash, await hashOf(secret)),
        isNull(key.revokedAt),
        isNull(team.erasingAt),
        isNull(organization.erasingAt),
      ),
    )
    .get();
  const organizationId = found?.token.organizationId ?? found?.teamOrganization ?? null;
  return found === undefined || organizationId === null ? null : { token: found.token, organizationId };
}

/** Notes that a token was used, to the minute. */
export async function touchApiToken(db: Registry, token: ApiToken, now: number): Promise<void> {
  if (token.lastUsedAt !== null && now - token.lastUsedAt < TOUCH_AFTER) return;
  await db.update(key).set({ lastUsedAt: now }).where(eq(key.id, token.id));
}

const isOf = (owner: TokenOwner) =>
  and(
    isNotNull(key.tokenHash),
    owner.teamId === null ? eq(key.organizationId, owner.organizationId) : eq(key.teamId, owner.teamId),
  );

/** The tokens of an organization or a team, newest first, revoked ones too. */
export function apiTokensOf(
  db: Registry,
  owner: TokenOwner,
  { limit, offset }: { limit: number; offset: number },
): Promise<ApiToken[]> {
  return db.select(columns).from(key).where(isOf(owner)).orderBy(desc(key.id)).limit(limit).offset(offset);
}

/** Ends a token at once. @returns it; null when the owner has none of that id that still holds */
export async function revokeApiToken(
  db: Registry,
  owner: TokenOwner,
  id: number,
  now: number,
): Promise<ApiToken | null> {
  const revoked = await db
    .update(key)
    .set({ revokedAt: now })
    .where(and(isOf(owner), eq(key.id, id), isNull(key.revokedAt)))
    .returning(columns)
    .get();
  return revoked ?? null;
}

const hashOf = (secret: string): Promise<string> => sha256(new TextEncoder().encode(secret));
