import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Json, JsonObject } from "../../event.ts";
import { isObject } from "../../is-object.ts";
import { addAuditEntry, auditEntries } from "../../store/audit-log.ts";
import { auditLog } from "../../store/schema.ts";
import { isoOf, jsonObject, pageOf, timestamp } from "../answers.ts";
import { cursorOver, limitField, beforeField, nextUrl } from "../paging.ts";
import { digits } from "../parse.ts";
import { type Method, type Route, route } from "../route.ts";
import type { Scope } from "../scope.ts";
import { nothing } from "../subjects.ts";

const entry = z
  .strictObject({
    id: z.int(),
    timestamp,
    organization_id: z.int().nullable(),
    team_id: z.int().nullable(),
    actor: z.strictObject({ role: z.string(), token_id: z.int().nullable(), label: z.string().nullable() }),
    scope: z.string().meta({ description: "What was changed.", example: "plugin_configs" }),
    item_id: z.int().nullable(),
    activity: z.string().meta({ example: "updated" }),
    detail: jsonObject.meta({ description: "What was sent, without texts that could be secret." }),
  })
  .meta({ id: "AuditEntry" });

export const auditRoutes = [
  route("/api/audit_log", nothing, (declare) => ({
    GET: declare({
      summary: "Who changed what, newest first",
      access: "read",
      query: z.object({ team_id: digits.exactOptional(), limit: limitField, before: beforeField }),
      answer: pageOf(entry),
      async handle({ scope, query: { team_id: teamId, limit, before }, request }) {
        const team = teamId === undefined ? undefined : eq(auditLog.teamId, (await scope.team(teamId)).id);
        const start = cursorOver(1, before)?.[0] ?? undefined;
        const page = { limit, ...(start !== undefined && { before: start }) };
        const entries = await auditEntries(scope.db, and(visibleTo(scope), team), page);
        const last = entries.length === limit ? entries.at(-1)?.id : undefined;
        const results = entries.map(
          ({ at, organizationId, teamId: ofTeam, role, tokenId, tokenLabel, itemId, ...rest }) => ({
            id: rest.id,
            timestamp: isoOf(at),
            organization_id: organizationId,
            team_id: ofTeam,
            actor: { role, token_id: tokenId, label: tokenLabel },
            scope: rest.scope,
            item_id: itemId,
            activity: rest.activity,
            detail: rest.detail,
          }),
        );
        return { results, next: nextUrl(request.url, last === undefined ? null : [last]) };
      },
    }),
  })),
];

function visibleTo({ principal }: Scope) {
  if (principal.role === "operator") return undefined;
  const isOurs = eq(auditLog.organizationId, principal.organizationId);
  return principal.role === "team" ? and(isOurs, eq(auditLog.teamId, principal.teamId)) : isOurs;
}

interface Change {
  route: Route;
  method: Method;
  /** The id in the path. */
  id: string | undefined;
  body: unknown;
  /** What the caller is answered. */
  told: unknown;
}

/** Keeps what a call changed. */
export async function noteChange(scope: Scope, { route: { path }, method, id, body, told }: Change, now: number) {
  const { principal, owner } = scope;
  const [, , thing = "", ...below] = path.split("/");
  const created = id === undefined && isObject(told) && typeof told["id"] === "number" ? told["id"] : null;
  // What is done to one thing, such as /api/plugins/{id}/upgrade, is a change of that thing.
  const [, done] = /\{id\}\/([a-z_]+)$/.exec(path) ?? [];
  const isAction = method === "POST" && done !== undefined && !COLLECTIONS.has(done);
  await addAuditEntry(scope.db, {
    at: now,
    ...owner,
    role: principal.role,
    tokenId: principal.token?.id ?? null,
    tokenLabel: principal.token?.label ?? null,
    scope: isAction ? thing : [thing, ...below.filter((part) => !part.startsWith("{"))].join("/"),
    itemId: id === undefined ? created : Number(id),
    activity: isAction ? done : ACTIVITIES[method],
    detail: detailOf(body),
  });
}

/** What is below one thing and has things of its own. */
const COLLECTIONS = new Set(["tokens", "project_keys"]);

const ACTIVITIES: Record<Method, string> = {
  GET: "read",
  POST: "created",
  PUT: "updated",
  PATCH: "updated",
  DELETE: "deleted",
};

/** Fields of bodies whose texts are no secret. */
const PLAIN = new Set(["name", "label", "url", "on_error", "posthog_host", "tag", "reason", "kind", "task", "type"]);
/** Members that hold what was sent, where a body has more around it. */
const WRAPPERS = ["values", "job"];
const MAX_TEXT = 200;

function detailOf(body: unknown): JsonObject {
  if (!isObject(body)) return {};
  const sent = WRAPPERS.map((name) => body[name]).find(isObject) ?? body;
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, shownOf(name, value)]));
}

function shownOf(name: string, value: unknown): Json {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  // A query string may hold a token.
  if (typeof value === "string") return PLAIN.has(name) ? value.replace(/\?.*$/s, "").slice(0, MAX_TEXT) : "(text)";
  if (Array.isArray(value)) return `(${value.length} items)`;
  return isObject(value) ? Object.keys(value).slice(0, 100) : "(value)";
}
