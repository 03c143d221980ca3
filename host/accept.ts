import type { Rejection } from "./capture/rejection.ts";
import type { Env } from "./env.ts";
import type { Message } from "./event.ts";
import { acceptedEvent } from "./team/events/accepted-event.ts";
import type { AcceptedEvent } from "./team/events/accepted-event.ts";
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
  const addresses = shardsOf({ id: teamId, shards });
  const events = addresses.map((): AcceptedEvent[] => []);
  for (const event of messages.map((message) => acceptedEvent(message)))
    events[shardOf(event.distinctId, shards)]?.push(event);
  const calls = addresses.map((address) =>
    appendTo(env, address, events[address.shard] ?? [], address.shard === 0 ? rejections : []),
  );
  await Promise.all(calls);
}
