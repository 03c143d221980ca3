import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import type { Registry } from "./registry.ts";
import { key, organization, team } from "./schema.ts";

export const DEMO_ORGANIZATION_ID = 1;
export const DEMO_TEAM_ID = 1;
export const DEMO_PROJECT_KEY = "phc_demo";
const ENV_KEY_LABEL = "PROJECT_KEY";

export interface DemoTeamSettings {
  /** `PROJECT_KEY`: a real project key that is to mean the demo team, and to deliver with. */
  projectKey?: string | undefined;
  /** `POSTHOG_HOST`: where the demo team's events go instead of into the local store. */
  posthogHost?: string | undefined;
}

/**
 * Makes sure that organization 1 and team 1 exist and have the project key `phc_demo`, and that team 1 agrees with the
 * environment: what the environment set is taken back when it no longer says so, what people set through the API
 * stays. A project key of another team is left with that team. Reads only when nothing is to be done. Throws a
 * TypeError when `posthogHost` is not an HTTP URL.
 */
export async function ensureDemoTeam(db: Registry, settings: DemoTeamSettings, now: number): Promise<void> {
  const projectKey = settings.projectKey || null;
  const posthogHost = hostOf(settings.posthogHost);
  if (await isAsWanted(db, projectKey, posthogHost)) return;

  const times = { createdAt: now, updatedAt: now };
  const fromEnv = projectKey !== null || posthogHost !== null;
  const destination = { posthogHost, posthogApiKey: projectKey, posthogFromEnv: fromEnv };
  const tokens = new Set([DEMO_PROJECT_KEY, projectKey ?? DEMO_PROJECT_KEY]);
  await db.batch([
    db
      .insert(organization)
      .values({ id: DEMO_ORGANIZATION_ID, name: "Demo organization", ...times })
      .onConflictDoNothing(),
    db
      .insert(team)
      .values({ id: DEMO_TEAM_ID, organizationId: DEMO_ORGANIZATION_ID, name: "Demo", ...destination, ...times })
      .onConflictDoNothing(),
    db
      .update(team)
      .set({ ...destination, updatedAt: now })
      .where(and(eq(team.id, DEMO_TEAM_ID), fromEnv ? undefined : eq(team.posthogFromEnv, true))),
    db
      .update(key)
      .set({ revokedAt: now })
      .where(
        and(
          eq(key.teamId, DEMO_TEAM_ID),
          eq(key.label, ENV_KEY_LABEL),
          isNull(key.revokedAt),
          ne(key.token, projectKey ?? ""),
        ),
      ),
    ...[...tokens].map((token) =>
      db
        .insert(key)
        .values({
          teamId: DEMO_TEAM_ID,
          token,
          label: token === projectKey ? ENV_KEY_LABEL : null,
          createdAt: now,
        })
        .onConflictDoUpdate({
          target: key.token,
          set: { revokedAt: null },
          setWhere: sql`${key.teamId} = ${DEMO_TEAM_ID} and ${key.label} = ${ENV_KEY_LABEL}`,
        }),
    ),
  ]);
}

function hostOf(posthogHost: string | undefined): string | null {
  if (!posthogHost) return null;
  if (!URL.canParse(posthogHost) || !/^https?:/i.test(posthogHost))
    throw new TypeError(`POSTHOG_HOST is "${posthogHost}"; it must be a URL such as https://us.i.posthog.com`);
  return posthogHost.replace(/\/+$/, "");
}

async function isAsWanted(db: Registry, projectKey: string | null, posthogHost: string | null): Promise<boolean> {
  const [[found], keys] = await db.batch([
    db.select().from(team).where(eq(team.id, DEMO_TEAM_ID)),
    db
      .select()
      .from(key)
      .where(
        or(
          eq(key.token, DEMO_PROJECT_KEY),
          eq(key.token, projectKey ?? ""),
          and(eq(key.teamId, DEMO_TEAM_ID), eq(key.label, ENV_KEY_LABEL)),
        ),
      ),
  ]);
  if (found === undefined || !keys.some(({ token }) => token === DEMO_PROJECT_KEY)) return false;
  const fromEnv = projectKey !== null || posthogHost !== null;
  const isDestined = fromEnv
    ? found.posthogFromEnv && found.posthogHost === posthogHost && found.posthogApiKey === projectKey
    : !found.posthogFromEnv;
  const own = keys.filter(({ label, teamId }) => label === ENV_KEY_LABEL && teamId === DEMO_TEAM_ID);
  const isKeyKnown = projectKey === null || keys.some(({ token }) => token === projectKey);
  return (
    isDestined && isKeyKnown && own.every(({ token, revokedAt }) => (token === projectKey) === (revokedAt === null))
  );
}
