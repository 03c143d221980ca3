import { NO_REQUEST } from "../../capture/request-context.ts";
import type { Env } from "../../env.ts";
import type { JsonObject, Message, PluginEvent } from "../../event.ts";
import type { Team } from "../../store/teams.ts";
import { objectsOf } from "../../team/team-client.ts";
import { isoOf } from "../answers.ts";
import { ApiError } from "../api-error.ts";
import { jsonObjects } from "../json-objects.ts";
import type { DryRunBody } from "./dry-run-body.ts";

/** As many as a team's objects keep. */
const ALL = 256;

/** The events that a dry run is to be made with. Throws ApiError 400 when one is not there. */
export async function trialMessages(env: Env, team: Team, body: DryRunBody, now: number): Promise<Message[]> {
  const { event, events, recent, recent_event: uuid } = body;
  if (recent !== undefined) return recentMessages(env, team, recent);
  if (uuid === undefined) return (events ?? [event ?? {}]).map((given) => messageOf(team.id, given, now));
  const found = (await recentMessages(env, team, ALL)).findLast((message) => message.event.uuid === uuid);
  if (!found) throw ApiError.invalid(`There is no recent event ${uuid}.`, "recent_event", "does_not_exist");
  return [found];
}

/** The last events of a team, as they came, oldest first. */
export async function recentMessages(env: Env, team: Team, limit: number): Promise<Message[]> {
  const lists = await Promise.all(
    objectsOf(team).map((address) => jsonObjects(env, address).listRecentMessages(address, limit)),
  );
  return lists
    .flat()
    .sort((a, b) => b.at - a.at)
    .slice(0, limit)
    .map(({ message }) => message)
    .reverse();
}

/** An event as plugins would get it from capture. */
function messageOf(teamId: number, given: JsonObject, now: number): Message {
  const at = isoOf(now);
  const event = {
    uuid: crypto.randomUUID(),
    event: "test",
    distinct_id: "test",
    properties: {},
    ip: null,
    site_url: null,
    timestamp: at,
    sent_at: null,
    now: at,
    ...given,
    team_id: teamId,
  } as PluginEvent;
  return { id: String(event.uuid), event, receivedAt: now, request: NO_REQUEST, hops: 0 };
}
