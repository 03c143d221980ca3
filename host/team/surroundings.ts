import { RequestRate } from "../capabilities/request-rate.ts";
import type { Env } from "../env.ts";
import { files, geoDatabase, image, pool } from "./image.ts";
import { CallKeys } from "./plugins/call-key.ts";
import type { PluginDeps } from "./plugins/plugin-sandbox.ts";
import type { Tables } from "./tables.ts";

/** What every plugin of a team stands on, whether its events pass it or it is only tried. */
export type Surroundings = Pick<
  PluginDeps,
  "files" | "image" | "pool" | "keys" | "rate" | "traffic" | "meter" | "account" | "loopback" | "locate" | "now"
>;

/** @param account what the team has of its PostHog at the moment */
export function surroundingsOf(
  env: Env,
  { facts, egress, meter }: Tables,
  { account, now }: Pick<Surroundings, "account" | "now">,
): Surroundings {
  return {
    files,
    image,
    pool,
    now,
    keys: new CallKeys(facts),
    rate: new RequestRate(),
    traffic: egress,
    meter,
    account,
    loopback: env.ALLOW_LOOPBACK === "true",
    locate: (ip) => geoDatabase.locate(env.BLOBS, ip, now()),
  };
}
