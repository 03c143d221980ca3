import { and, eq, getTableColumns } from "drizzle-orm";
import { z } from "zod";
import { killSwitches, type KillSwitch, lift, stop, switchOver, teamsUnder } from "../../store/kill-switches.ts";
import { KILL_KINDS, killSwitch, plugin, pluginVersion } from "../../store/schema.ts";
import { isoOf, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { id } from "../parse.ts";
import { permit } from "../principal.ts";
import { reconfigure } from "../reconfigure.ts";
import { route, type Subject } from "../route.ts";
import { type Owner, referenced, type Scope } from "../scope.ts";
import { nothing } from "../subjects.ts";

const answer = z
  .strictObject({
    id: z.int(),
    kind: z.enum(KILL_KINDS),
    target_id: z.int().nullable().meta({ description: "Of the team, config or version; null for everything." }),
    organization_id: z.int().nullable(),
    team_id: z.int().nullable(),
    reason: z.string(),
    role: z.enum(["team", "organization", "operator"]).meta({ description: "Whose token it takes to lift it." }),
    by: z.string(),
    created_at: timestamp,
  })
  .meta({ id: "KillSwitch" });

const body = z
  .strictObject({
    kind: z.enum(KILL_KINDS, { error: `must be one of ${KILL_KINDS.join(", ")}` }),
    target_id: id.exactOptional().meta({ description: "Of the team, config or version." }),
    reason: z.string().trim().min(1, { error: "must say why" }).max(500),
  })
  .refine(({ kind, target_id }) => (kind === "everything") === (target_id === undefined), {
    path: ["target_id"],
    error: "must name the team, config or version; everything has none",
  });

const theSwitch: Subject<KillSwitch> = {
  async find(scope, param) {
    const wanted = Number(param("id"));
    const found = await scope.db
      .select()
      .from(killSwitch)
      .where(and(eq(killSwitch.id, wanted), visibleTo(scope)))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no kill switch ${wanted}.`);
    return found;
  },
};

/** Stops plugins at once: none of them runs any more when the answer is there. Their events go the way of `on_error`. */
export const killSwitchRoutes = [
  route("/api/kill_switches", nothing, (declare) => ({
    GET: declare({
      summary: "What is stopped, newest first",
      access: "read",
      query: registryPage,
      answer: pageOf(answer),
      async handle({ scope, query, request }) {
        const found = await killSwitches(scope.db, visibleTo(scope), { ...query, limit: query.limit + 1 });
        return registryPageOf(found, query, request.url, toJson);
      },
    }),
    POST: declare({
      summary: "Stop all plugins, those of a team, of one config or of one version",
      description: "A version is its organization's to stop, everything the operator's.",
      access: "write",
      body: jsonBody(body),
      answer,
      status: 201,
      async handle({ env, scope, body: { kind, target_id: targetId = 0, reason }, now }) {
        const owner = await ownerOf(scope, kind, targetId);
        const { role, token } = scope.principal;
        const before = await switchOver(scope.db, { kind, targetId });
        if (before) permit(scope.principal, before.role, "write");
        const by = token?.label ?? role;
        const saved = await stop(scope.db, { kind, targetId, ...owner, reason, role, by, createdAt: now });
        await reconfigure(env, await teamsUnder(scope.db, saved));
        return toJson(saved);
      },
    }),
  })),
  route("/api/kill_switches/{id}", theSwitch, (declare) => ({
    DELETE: declare({
      summary: "Let them run again",
      access: "write",
      async handle({ env, scope, subject }) {
        // Who may not have stopped it, or not as whoever did, may not start it.
        await ownerOf(scope, subject.kind, subject.targetId);
        permit(scope.principal, subject.role, "write");
        await lift(scope.db, subject.id);
        await reconfigure(env, await teamsUnder(scope.db, subject));
      },
    }),
  })),
];

/** Whose the target is. Throws ApiError for what is not the caller's to stop. */
async function ownerOf(scope: Scope, kind: KillSwitch["kind"], targetId: number): Promise<Owner> {
  if (kind === "everything") {
    permit(scope.principal, "operator", "write");
    return { organizationId: null, teamId: null };
  }
  if (kind === "version") return ownerOfVersion(scope, targetId);
  const found = kind === "team" ? scope.team(targetId) : scope.config(targetId).then(({ team }) => team);
  const { id: teamId, organizationId } = await referenced("target_id", found);
  return { organizationId, teamId };
}

async function ownerOfVersion(scope: Scope, versionId: number): Promise<Owner> {
  const found = await scope.db
    .select(getTableColumns(plugin))
    .from(pluginVersion)
    .innerJoin(plugin, eq(plugin.id, pluginVersion.pluginId))
    .where(and(eq(pluginVersion.id, versionId), scope.plugins))
    .get();
  if (found === undefined) throw ApiError.invalid(`There is no version ${versionId}.`, "target_id", "does_not_exist");
  permit(scope.principal, "organization", "write");
  return { organizationId: scope.own(found).organizationId, teamId: null };
}

function visibleTo({ principal }: Scope) {
  if (principal.role === "operator") return undefined;
  const isOurs = eq(killSwitch.organizationId, principal.organizationId);
  return principal.role === "team" ? and(isOurs, eq(killSwitch.teamId, principal.teamId)) : isOurs;
}

function toJson({ targetId, organizationId, teamId, createdAt, ...same }: KillSwitch): z.input<typeof answer> {
  return {
    ...same,
    target_id: targetId === 0 ? null : targetId,
    organization_id: organizationId,
    team_id: teamId,
    created_at: isoOf(createdAt),
  };
}
