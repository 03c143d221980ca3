import { describeError } from "../../describe-error.ts";
import type { Eraser } from "../../store/erasure.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TEAM_ID } from "../../store/seed.ts";
import type { Organization, Team } from "../../store/teams.ts";
import { eraseOrganization, PluginsInUseError } from "../../tenants/erase-organization.ts";
import { eraseTeam } from "../../tenants/erase-team.ts";
import { ApiError } from "../api-error.ts";
import type { Call } from "../route.ts";
import type { Scope } from "../scope.ts";

type Wanted = Pick<Call<unknown, unknown, unknown>, "env" | "scope" | "now">;

/** Erases a team for its caller. Throws ApiError. */
export async function eraseTeamFor({ env, scope, now }: Wanted, team: Team): Promise<void> {
  const { id } = team;
  if (id === DEMO_TEAM_ID) throw isMadeAnew("Team", id);
  await orSendAgain(`team ${id}`, () => eraseTeam(env, team, eraserOf(scope), now));
}

/** Erases an organization for its caller. Throws ApiError. */
export async function eraseOrganizationFor({ env, scope, now }: Wanted, organization: Organization): Promise<void> {
  const { id } = organization;
  if (id === DEMO_ORGANIZATION_ID) throw isMadeAnew("Organization", id);
  await orSendAgain(`organization ${id}`, () => eraseOrganization(env, organization, eraserOf(scope), now));
}

const isMadeAnew = (what: string, id: number): ApiError =>
  ApiError.invalid(
    `${what} ${id} is this Worker's own, which it makes anew when it is missing: it cannot be erased. Its configs, keys and tokens can be removed one by one.`,
    null,
  );

function eraserOf({ principal: { role, token } }: Scope): Eraser {
  return { role, tokenId: token?.id ?? null, tokenLabel: token?.label ?? null };
}

async function orSendAgain(what: string, erase: () => Promise<void>): Promise<void> {
  try {
    await erase();
  } catch (error) {
    if (error instanceof PluginsInUseError)
      throw ApiError.invalid("Teams of other organizations have configs of its plugins. They have to go first.", null);
    console.error(`${what} is not erased in full: ${describeError(error)}`);
    throw ApiError.unavailable(
      `The ${what} lets nobody in any more, but a part of it is still there. Send this again: it goes on where it ended.`,
    );
  }
}
