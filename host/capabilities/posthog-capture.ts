import { UUID } from "uuidv7";

import { version } from "../../package.json";
import { HostError } from "../../runtime/host-error.ts";
import { MAX_EVENT_LEVELS, jsonDepth } from "../../runtime/json-depth.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { NO_REQUEST } from "../capture/request-context.ts";
import type { Json, JsonObject, Message } from "../event.ts";
import { reserve } from "../team/plugins/invocation.ts";
import type { Invocation } from "../team/plugins/invocation.ts";

/** How many captures of plugins may lead one to the next: past it a plugin is taken to feed itself. */
export const MAX_HOPS = 10;

/** Events that one call may capture. */
const MAX_CAPTURED = 1_000;
/** UTF-16 units of one captured event's properties: about what capture takes of a client. */
const MAX_PROPERTIES = 1_000_000;

export interface CapturingPlugin {
  teamId: number;
  pluginName: string;
}

/**
 * `posthog.capture`: a new event of the team, which goes through the whole pipeline like any other. A call that is run
 * again, after a crash, captures the same events again: with the same uuids and times.
 */
export function provideCapture(
  plugin: CapturingPlugin,
  invocation: Invocation,
  scope: Pick<CallScope, "random">,
): Capabilities["posthog"]["capture"] {
  return async (event, properties) => {
    const { captured } = invocation.requests;
    const hops = invocation.hops + 1;
    if (hops > MAX_HOPS)
      throw new HostError(
        "HopLimitError",
        `posthog.capture: "${event.slice(0, 200)}" would be capture number ${hops} in a row that plugins caused; at most ${MAX_HOPS} are allowed, so that a plugin cannot feed itself for ever`,
      );
    if (captured.length >= MAX_CAPTURED)
      throw new HostError("RangeError", `posthog.capture: a call can capture at most ${MAX_CAPTURED} events`);
    if (properties.length > MAX_PROPERTIES)
      throw new HostError(
        "RangeError",
        `posthog.capture: the properties have ${properties.length} characters of JSON, at most ${MAX_PROPERTIES} are taken`,
      );
    if (jsonDepth(properties) > MAX_EVENT_LEVELS)
      throw new HostError(
        "RangeError",
        `posthog.capture: the properties have more than ${MAX_EVENT_LEVELS} levels of lists and objects`,
      );
    reserve(invocation.requests, "posthog.capture", event.length + properties.length);
    const uuid = uuidAt(invocation.now(), scope.random.bytes(10));
    captured.push({ ...capturedMessage(plugin, event, properties, invocation.now(), uuid), hops });
  };
}

/** The message of an event that a plugin made. @param now milliseconds since the epoch */
export function capturedMessage(
  plugin: CapturingPlugin,
  event: string,
  json: string,
  now: number,
  uuid: string,
): Omit<Message, "hops"> {
  const parsed = JSON.parse(json) as Json;
  const given: JsonObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  const { timestamp, distinct_id, ...properties } = given;
  const at = new Date(now).toISOString();
  const person =
    distinct_id === undefined || distinct_id === null || distinct_id === "" ? plugin.pluginName : textOf(distinct_id);
  return {
    id: uuid,
    receivedAt: now,
    request: NO_REQUEST,
    event: {
      uuid,
      event,
      distinct_id: person.slice(0, 200),
      properties: { $lib: "posthog-plugin-server", $lib_version: version, distinct_id: person, ...properties },
      timestamp: typeof timestamp === "string" ? timestamp : at,
      ip: null,
      site_url: null,
      team_id: plugin.teamId,
      now: at,
      sent_at: null,
    },
  };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A UUIDv7 of a time and random bytes. */
function uuidAt(time: number, random: Uint8Array): string {
  const view = new DataView(random.buffer, random.byteOffset);
  return UUID.fromFieldsV7(
    time,
    view.getUint16(0) & 0xfff,
    view.getUint32(2) & 0x3fff_ffff,
    view.getUint32(6),
  ).toString();
}
