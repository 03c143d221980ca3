import { asc } from "drizzle-orm";
import { z } from "zod";
import { organization } from "../../store/schema.ts";
import { createOrganization, type Organization, renameOrganization } from "../../store/teams.ts";
import { isoOf, pageOf, timestamp } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonBody } from "../body.ts";
import { eraseOrganizationFor } from "./erase.ts";
import { registryPage, registryPageOf } from "../paging.ts";
import { route } from "../route.ts";
import { nothing, theOrganization } from "../subjects.ts";
import { nameField } from "./team-json.ts";

const answer = z
  .strictObject({ id: z.int(), name: z.string(), created_at: timestamp, updated_at: timestamp })
  .meta({ id: "Organization" });
const named = z.strictObject({ name: nameField });

/** Organizations own plugins and teams. */
export const organizationRoutes = [
  route("/api/organizations", nothing, (declare) => ({
    GET: declare({
      summary: "The organizations that the caller sees",
      access: "read",
      query: registryPage,
      answer: pageOf(answer),
      async handle({ scope, query, request }) {
        const { limit, offset } = query;
        const found = scope.db.select().from(organization).where(scope.organizations).orderBy(asc(organization.id));
        return registryPageOf(await found.limit(limit + 1).offset(offset), query, request.url, toJson);
      },
    }),
    POST: declare({
      summary: "Add an organization",
      role: "operator",
      access: "write",
      body: jsonBody(named),
      answer,
      status: 201,
      async handle({ scope, body: { name }, now }) {
        const created = await createOrganization(scope.db, name, now);
        return toJson(await scope.organization(created.id));
      },
    }),
  })),
  route("/api/organizations/{id}", theOrganization, (declare) => ({
    GET: declare({
      summary: "One organization",
      access: "read",
      answer,
      handle: async ({ subject }) => toJson(subject),
    }),
    PATCH: declare({
      summary: "Rename an organization",
      role: "organization",
      access: "write",
      body: jsonBody(named),
      answer,
      async handle({ scope, subject, body: { name }, now }) {
        const renamed = await renameOrganization(scope.db, subject.id, name, now);
        if (renamed === null) throw ApiError.notFound(`There is no organization ${subject.id}.`);
        return toJson(renamed);
      },
    }),
    DELETE: declare({
      summary: "Erase an organization with its teams and plugins",
      description: "When it ends with 503, send it again: it goes on where it ended. Until then it lets nobody in.",
      role: "operator",
      access: "write",
      isErasure: true,
      // It leaves an entry of its own, which is the operator's.
      isChange: false,
      handle: async (call) => eraseOrganizationFor(call, call.subject),
    }),
  })),
];

function toJson({ id, name, createdAt, updatedAt }: Organization): z.input<typeof answer> {
  const [created_at, updated_at] = [isoOf(createdAt), isoOf(updatedAt)];
  return { id, name, created_at, updated_at };
}
