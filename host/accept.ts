import type { Rejection } from "./capture/rejection.ts";
import type { Env } from "./env.ts";
import type { Message } from "./event.ts";
import { acceptedEvent } from "./team/accepted-event.ts";
import { appendTo, shardOf, shardsOf } from "./team/team-client.ts";

/** The team that events were accepted for. */
export interface AcceptingTeam {
  teamId: number;
  shards: number;
}

/** Hands a request's events to the team's objects, each to the shard of its person. Resolves when all are durable. */
export async function accept(
  env: Env,
  { teamId, shards }: AcceptingTeam,
  messages: Message[],
  rejections: Rejection[],
): Promise<void> {
  const events = messages.map((message) => acceptedEvent(message));
  const calls = shardsOf({ id: teamId, shards }).map((address) => {
    const own = events.filter(({ distinctId }) => shardOf(distinctId, shards) === address.shard);
    return appendTo(env, address, own, address.shard === 0 ? rejections : []);
  });
  await Promise.all(calls);
}
