import type { Rejection } from "../capture/rejection.ts";
import type { Env } from "../env.ts";
import { fnv1a } from "../fnv1a.ts";
import type { AcceptedEvent } from "./events/accepted-event.ts";
import type { TeamAddress } from "./facts.ts";

/** The object that serves a shard of a team. */
export function teamStub(env: Env, { teamId, shard }: TeamAddress) {
  return env.TEAM.get(env.TEAM.idFromName(`${teamId}/${shard}`));
}

/** The addresses that events of a team go to. */
export function shardsOf(team: { id: number; shards: number }): TeamAddress[] {
  return Array.from({ length: team.shards }, (_, shard) => ({ teamId: team.id, shard }));
}

/** The addresses of all objects of a team: what had events when there were more shards still has jobs, a log and more. */
export const objectsOf = ({ id, mostShards }: { id: number; mostShards: number }): TeamAddress[] =>
  shardsOf({ id, shards: mostShards });

/** The shard that keeps a person's events in order. */
export const shardOf = (distinctId: string, shards: number): number => fnv1a(distinctId) % shards;

/** UTF-16 units of the events of one call: at two bytes each, well below the 32 MiB that a call can carry. */
const MAX_CALL_LENGTH = 4_000_000;

/** Puts events into the inbox of a shard, in order, in as many calls as it takes. They are safe when this resolves. */
export async function appendTo(
  env: Env,
  address: TeamAddress,
  events: readonly AcceptedEvent[],
  rejections: Rejection[],
): Promise<void> {
  const stub = teamStub(env, address);
  let call: AcceptedEvent[] = [];
  let length = 0;
  for (const event of events) {
    if (call.length > 0 && length + event.json.length > MAX_CALL_LENGTH) {
      await stub.append(address, call, []);
      call = [];
      length = 0;
    }
    call.push(event);
    length += event.json.length;
  }
  if (call.length + rejections.length > 0) await stub.append(address, call, rejections);
}
