import { z } from "zod";
import type { CapabilityGrants } from "../plugins/capabilities.ts";
import type { ConfigField } from "../plugins/config-schema.ts";

/** Schemas of what answers of the API say as plugin.json does. */

/** What plugins are granted, or ask for: `true`, or the hosts of `fetch`. */
export const capabilityGrants = z.custom<CapabilityGrants>().meta({
  override: {
    type: "object",
    additionalProperties: { anyOf: [{ type: "boolean" }, { type: "array", items: { type: "string" } }] },
  },
});

/** The fields of a plugin's form. */
export const configSchema = z.custom<readonly ConfigField[]>().meta({
  description: "The fields of its form, as in plugin.json.",
  override: { type: "array", items: { type: "object", additionalProperties: true } },
});
