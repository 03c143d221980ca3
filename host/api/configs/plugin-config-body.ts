import { z } from "zod";
import { HIGHEST_LIMITS, highestLimit } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";
import type { Env } from "../../env.ts";
import type { JsonObject } from "../../event.ts";
import { type CapabilityGrants, capabilityProblems } from "../../plugins/capabilities.ts";
import type { NewAttachment } from "../../store/attachments.ts";
import { ON_ERROR } from "../../store/schema.ts";
import type { Team } from "../../store/teams.ts";
import { ApiError } from "../api-error.ts";
import { ArrivingFiles } from "./attachments.ts";
import { type BodyReader, mediaTypeOf, parseJson, readApiBody } from "../body.ts";
import { type FormField, readFormStream } from "./form-stream.ts";
import { id, parse } from "../parse.ts";
import { isObject } from "../../is-object.ts";

/** What a person grants. */
export const grants = z
  .custom<CapabilityGrants>((value) => typeof value === "object", { error: "must be an object" })
  .superRefine((value, context) => {
    for (const { path, message } of capabilityProblems(value))
      context.addIssue({ code: "custom", path: path === "" ? [] : [path.slice(1)], message });
  })
  .meta({
    description: 'What is granted, such as {"fetch": ["api.example.com"], "cache": true}',
    override: {
      type: "object",
      additionalProperties: { anyOf: [{ type: "boolean" }, { type: "array", items: { type: "string" } }] },
    },
  });

const limits = z.strictObject(
  Object.fromEntries(
    Object.entries(HIGHEST_LIMITS).map(([name, ceiling]) => [
      name,
      z
        .number()
        .positive({ error: "must be more than 0" })
        .max(ceiling, { error: `must be at most ${ceiling}` })
        .exactOptional(),
    ]),
  ),
);

const changes = {
  plugin_version_id: id.exactOptional(),
  name: z.string().max(200, { error: "must have at most 200 characters" }).nullable().exactOptional(),
  enabled: z.boolean().exactOptional(),
  pinned: z.boolean().exactOptional(),
  skip_setup: z
    .boolean()
    .exactOptional()
    .meta({ description: "Saves what the plugin cannot be set up with, too; it is tried again later." }),
  order: z.int().exactOptional(),
  config: z
    .custom<JsonObject>(isObject, { error: "must be an object" })
    .exactOptional()
    .meta({
      description: "Values of the plugin's form by key",
      override: { type: "object", additionalProperties: true },
    }),
  on_error: z.enum(ON_ERROR, { error: `must be one of ${ON_ERROR.join(", ")}` }).exactOptional(),
  grants: grants.nullable().exactOptional(),
  limits: limits.nullable().exactOptional(),
};
const newConfig = z.strictObject({ team_id: id, plugin_id: id, ...changes });
const configChanges = z.strictObject(changes);
export type NewConfig = z.infer<typeof newConfig>;
export type ConfigChanges = z.infer<typeof configChanges>;

/** What a client wants of a config, and by key the files that it adds, which are in R2 already, and removes. */
export interface ConfigRequest<Values> {
  values: Values;
  add: ReadonlyMap<string, NewAttachment>;
  remove: ReadonlySet<string>;
}

/**
 * Holds the limits that a client wants against the operator's. Every limit can be lowered; raised only as far as the operator says.
 * Throws ApiError 400.
 */
export function checkLimits(wanted: JsonObject | null | undefined, ceiling: Partial<Limits>): void {
  const [first, ...others] = Object.entries(wanted ?? {}).flatMap(([name, value]) => {
    const highest = highestLimit(name as keyof Limits, ceiling);
    const detail = `${name} must be at most ${highest}: an operator raises that with MAX_LIMITS.`;
    return Number(value) > highest ? [{ attr: `limits__${name}`, detail }] : [];
  });
  if (first !== undefined) throw ApiError.fields([first, ...others]);
}

const TEXT_FIELDS = new Set(["name", "on_error"]);
const ATTACHMENT = /^(add|remove)_attachment\[(.*)\]$/s;

/**
 * A body of JSON, or PostHog's form, whose fields hold JSON and whose files are attachments.
 * @param teamOf the team whose files they are
 */
function configBody<Schema extends z.ZodType, Subject>(
  schema: Schema,
  teamOf: (subject: Subject, fields: readonly FormField[]) => number,
): BodyReader<
  ConfigRequest<z.output<Schema>>,
  Subject,
  { "application/json": Schema; "multipart/form-data": typeof configForm }
> {
  return {
    content: { "application/json": schema, "multipart/form-data": configForm },
    read: (request, env, subject) => readConfigRequest(schema, request, env, (fields) => teamOf(subject, fields)),
  };
}

const configForm = z.looseObject({}).meta({
  description:
    "The fields of the JSON, those that are no text as JSON; remove_attachment[KEY]; and files as add_attachment[KEY], behind team_id.",
});

export const newConfigBody = configBody(newConfig, (_: unknown, fields) => {
  const [, value = ""] = fields.find(([name]) => name === "team_id") ?? [];
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw ApiError.invalid("team_id must come before the files of the form.", "team_id", "required");
});

export const configChangesBody = configBody(configChanges, ({ team }: { team: Team }) => team.id);

async function readConfigRequest<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
  env: Env,
  teamOf: (fields: readonly FormField[]) => number,
): Promise<ConfigRequest<z.output<Schema>>> {
  if (mediaTypeOf(request) !== "multipart/form-data")
    return { values: parse(schema, (await readApiBody(request)).json), add: new Map(), remove: new Set() };
  const files = new ArrivingFiles(env);
  try {
    const fields = await readFormStream(request, (file, before) => {
      const [, action, key = ""] = ATTACHMENT.exec(file.name) ?? [];
      if (action !== "add") throw ApiError.invalid(`${file.name} must be a text.`, file.name);
      return files.open(teamOf(before), key, file);
    });
    return { ...readFields(schema, fields), add: files.stored };
  } catch (error) {
    await files.discard();
    throw error;
  }
}

function readFields<Schema extends z.ZodType>(schema: Schema, fields: readonly FormField[]) {
  const values = new Map<string, unknown>();
  const remove = new Set<string>();
  for (const [name, value] of fields) {
    const [, action, key = ""] = ATTACHMENT.exec(name) ?? [];
    if (action === "add") throw ApiError.invalid(`${name} must be a file.`, name);
    if (action === "remove") remove.add(key);
    else values.set(name, TEXT_FIELDS.has(name) ? value : parseJson(value, name));
  }
  return { values: parse(schema, Object.fromEntries(values)), remove };
}
