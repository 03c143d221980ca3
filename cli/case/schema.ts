import { z } from "zod";

import type { Json, JsonObject } from "../../host/event.ts";
import { capabilityProblems } from "../../host/plugins/capabilities.ts";
import type { RequestFields } from "../capabilities/request.ts";
import { LIMIT_NAMES } from "../../runtime/limits.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import { PLUGIN_FUNCTIONS } from "../../wit/plugin-functions.ts";
import { duration } from "./duration.ts";
import { isObject } from "../../host/is-object.ts";

const OBJECT = 'must be an object such as {"key": "value"}';
const LIST = "must be a list";
const text = z.string({ error: "must be text in double quotes" });
/** Values are taken as they were parsed, never copied: keys keep their order and even `__proto__` stays one. */
const json = z.custom<Json>();
const jsonObject = z.custom<JsonObject>(isObject, { error: OBJECT });

/** The functions that a case can call by name; jobs have their own form. */
const method = z.union([z.enum(PLUGIN_FUNCTIONS), z.templateLiteral(["runEvery", z.string().min(1)])], {
  error: `is not a function of plugins; there are ${PLUGIN_FUNCTIONS.join(", ")}`,
});

const attachment = z.object(
  {
    content_type: text.optional(),
    file_name: text.optional(),
    contents: text.optional(),
    base64: text.optional(),
    file: text.optional(),
  },
  { error: 'must be an object such as {"file": "data.bin"}' },
);

const mockFetch = z.object(
  {
    url: text,
    method: text.optional(),
    status: z.int().min(100).max(599).optional(),
    statusText: text.optional(),
    json: json.optional(),
    text: text.optional(),
    base64: text.optional(),
    headers: z.record(z.string(), z.union([z.string(), z.number()]), { error: OBJECT }).optional(),
    times: z.int().min(0).optional(),
    networkError: z.union([z.string(), z.boolean()], { error: "must be text or true" }).optional(),
    /** Where redirects have led. */
    finalUrl: text.optional(),
    redirected: z.boolean().optional(),
    /** `Name: message` of any other failure, such as the guard's DeniedError: `--record` writes it. */
    throws: text.optional(),
  },
  { error: 'must be an object such as {"url": "https://api.example.com/", "json": {}}' },
);

const advance = text.transform((value, context) => {
  const milliseconds = duration(value);
  if (milliseconds === undefined)
    context.addIssue({ code: "custom", message: 'must be a time such as "5m" or "1h30m"' });
  return milliseconds ?? 0;
});

const call = z
  .object(
    {
      method: method.optional(),
      event: json.optional(),
      events: z.array(json, { error: LIST }).optional(),
      job: text.optional(),
      payload: json.optional(),
      clearCacheKey: text.optional(),
      advance: advance.optional(),
      /** How the event is handed to the plugin, as a server did: what it costs in fuel depends on that. */
      handOver: z.enum(["view", "copy"], { error: 'must be "view" or "copy"' }).optional(),
    },
    { error: 'must be an object such as {"method": "runEveryMinute"}' },
  )
  .refine(({ method: name, job }) => (name === undefined) !== (job === undefined), {
    error: 'must have either a "method" or a "job"',
  });

const count = z.int({ error: "must be a whole number" }).min(0);
const truth = z.boolean({ error: "must be true or false" });
/** What `meta.request` shows. */
const request = z.strictObject({
  country: text.exactOptional(),
  city: text.exactOptional(),
  region: text.exactOptional(),
  regionCode: text.exactOptional(),
  continent: text.exactOptional(),
  postalCode: text.exactOptional(),
  timeZone: text.exactOptional(),
  asn: count.exactOptional(),
  asOrganization: text.exactOptional(),
  userAgent: text.exactOptional(),
  botScore: count.exactOptional(),
  consent: text.exactOptional(),
  globalPrivacyControl: truth.exactOptional(),
  doNotTrack: truth.exactOptional(),
} satisfies Record<keyof RequestFields, z.ZodType>);

/** `["cache"]` or `{"cache": true, "fetch": ["api.example.com"]}`. */
const grants = z
  .custom<string[] | JsonObject>((value) => Array.isArray(value) || isObject(value), {
    error: 'must be a list such as ["cache"] or an object such as {"fetch": ["api.example.com"]}',
  })
  .transform((value) => (Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), true])) : value))
  .superRefine((value, context) => {
    for (const { path, message } of capabilityProblems(value))
      context.addIssue({ code: "custom", message: `${path.replace(/^\./, "")} ${message}`.trim() });
  })
  .transform((value) => value as Record<string, boolean | string[]>);

const now = z
  .union([z.string(), z.number()], { error: "must be text or a number" })
  .transform((value) => new Date(value).getTime())
  .refine((value) => !Number.isNaN(value), { error: 'must be a moment such as "2023-01-15T12:00:00.000Z"' });
const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: "must be 64 hexadecimal digits" })
  .transform((digits) => new Uint8Array(Buffer.from(digits, "hex")));
const seed = z.union([z.string(), z.number()], { error: "must be text or a number" }).transform(String);

/** The format of a case file. Keys that are not here are for people. */
export const caseSchema = z.object(
  {
    name: text.optional(),
    entryFile: text.optional(),
    config: jsonObject.optional(),
    attachments: z.record(z.string(), attachment, { error: OBJECT }).optional(),
    env: z
      .object(
        {
          tz: text.optional(),
          now: now.optional(),
          /** The clock until setupPlugin has ended. */
          setupNow: now.optional(),
          seed: seed.optional(),
          /** Keys of randomness as a server had them: of the script, of setupPlugin if there is one, of each call. */
          /** What errors call the plugin, and say of capabilities that are not granted, where a server did. */
          self: text.optional(),
          denials: z.partialRecord(z.enum(CAPABILITY_NAMES), text, { error: OBJECT }).optional(),
          randomKeys: z.array(key, { error: LIST }).optional(),
        },
        { error: OBJECT },
      )
      .optional(),
    limits: z.partialRecord(z.enum(LIMIT_NAMES), z.int().min(1), { error: OBJECT }).optional(),
    geoip: jsonObject.optional(),
    request: request.optional(),
    initialStorage: jsonObject.optional(),
    initialCache: jsonObject.optional(),
    grants: grants.optional(),
    posthog: z
      .object(
        { host: text.optional(), projectApiKey: text.optional(), personalApiKey: text.optional() },
        { error: OBJECT },
      )
      .optional(),
    mockFetch: z.array(mockFetch, { error: LIST }).optional(),
    events: z.array(json, { error: LIST }).optional(),
    method: method.optional(),
    calls: z.array(call, { error: LIST }).optional(),
    expect: jsonObject.optional(),
  },
  { error: "must be a JSON object" },
);

export type PluginCase = z.infer<typeof caseSchema>;
export type MockFetch = z.infer<typeof mockFetch>;
export type CaseCall = z.infer<typeof call>;
export type CaseAttachment = z.infer<typeof attachment>;
