import { z } from "zod";
import { UsageError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { listAll } from "./lists.ts";

const version = z.object({ id: z.number(), hash: z.string(), tag: z.string().nullable() });
const outcome = z.looseObject({ kind: z.string(), message: z.string().optional(), reason: z.string().optional() });
const percentiles = z.object({ p50: z.number(), p95: z.number() }).nullable();
const event = z.object({ uuid: z.string(), event: z.string() });

/** What the server says of an upgrade, as far as it is shown. */
export const upgradePreview = z.looseObject({
  from: version,
  to: version,
  changes: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
  config: z.object({
    fits: z.boolean(),
    errors: z.array(z.object({ key: z.string(), message: z.string() })),
    enter_again: z.array(z.string()),
  }),
  dry_run: z
    .looseObject({
      setup: z.object({ from: outcome.nullable(), to: outcome.nullable() }),
      events: z.object({
        recent: z.number(),
        run: z.number(),
        same: z.number(),
        stopped_by: z.string().nullable(),
      }),
      outcomes: z.array(
        z.object({
          function: z.string(),
          from: z.string().nullable(),
          to: z.string().nullable(),
          count: z.number(),
          example: event.extend({ from: outcome.nullable(), to: outcome.nullable() }),
        }),
      ),
      outputs: z.array(
        z.object({
          path: z.string(),
          kind: z.string(),
          count: z.number(),
          example: event.extend({ from: z.string().nullable(), to: z.string().nullable() }),
        }),
      ),
      asks: z.array(
        z.object({
          kind: z.string(),
          name: z.string(),
          from: z.number(),
          to: z.number(),
          example: z.object({ event: event.nullable(), by: z.string(), detail: z.string() }),
        }),
      ),
      left_out: z.number(),
      fuel: z.object({ from: percentiles, to: percentiles, ratio: percentiles }),
    })
    .nullable(),
});

export type UpgradePreview = z.infer<typeof upgradePreview>;

/** What moving a config to another version would change; the newest one where none is named. */
export function previewUpgrade(
  { client }: Connection,
  configId: number,
  asked: { plugin_version_id?: number; fetch?: "live" } = {},
): Promise<UpgradePreview> {
  return client.request("POST", `/api/plugin_configs/${configId}/preview_upgrade`, upgradePreview, asked);
}

/** A version of a config's plugin by its tag, or its number. @throws {UsageError} for what is neither */
export async function versionId({ client }: Connection, configId: number, text: string): Promise<number> {
  const config = z.looseObject({ plugin_id: z.number() });
  const { plugin_id: plugin } = await client.request("GET", `/api/plugin_configs/${configId}`, config);
  const versions = await listAll(client, `/api/plugins/${plugin}/versions`, version.loose());
  const found = versions.find(({ tag }) => tag === text) ?? versions.find(({ id }) => String(id) === text);
  if (!found) throw new UsageError(`plugin ${plugin} has no version ${text}: hoglet versions ${plugin} shows them`);
  return found.id;
}
