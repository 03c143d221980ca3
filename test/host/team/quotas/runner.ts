import type { Json, JsonObject } from "../../../../host/event.ts";
import type { QuotaName, TeamQuotas } from "../../../../host/team/quotas/quotas.ts";
import { usedOf } from "../../../../host/team/quotas/usage.ts";
import { shardOf } from "../../../../host/team/team-client.ts";
import { TestTeam } from "../test-team.ts";

/** Runs what an event says, and tells on the event what that came to, or how it failed. */
const RUN = `export async function processEvent(event, { storage, cache, utils, jobs }) {
  const { run } = event.properties;
  try { event.properties.result = (await eval("(async () => " + run + ")()")) ?? null }
  catch (error) { event.properties.error = error.name + ": " + error.message }
  return event;
}
export const jobs = { later: () => undefined };`;

/** A team whose plugin runs whatever it is told to. */
export class Runner {
  readonly team: TestTeam;
  #sent = 0;

  private constructor(team: TestTeam) {
    this.team = team;
  }

  static async create(quotas: TeamQuotas | null, shards = 1): Promise<Runner> {
    const team = await TestTeam.create({ shards });
    await team.install(RUN);
    await team.set({ quotas });
    await team.reconfigure();
    return new Runner(team);
  }

  /** Runs an expression in a shard. @returns its value, or `Name: message` of what it threw */
  async run(code: string, shard = 0): Promise<Json> {
    const event = `run ${++this.#sent}`;
    await this.team.accept({ event, distinct_id: this.#personOf(shard), properties: { run: code } });
    await this.team.work();
    const [done = {}] = (await this.team.events()).filter((each) => each["event"] === event);
    const { error, result } = done["properties"] as JsonObject;
    return error ?? result ?? null;
  }

  /** How much of a quota is used, as the API would tell. */
  async used(name: QuotaName): Promise<number> {
    const { id, shards } = this.team;
    for (let shard = 1; shard < shards; shard++)
      await this.team.inside((object) => object.usage({ teamId: id, shard }), shard);
    return usedOf(await this.team.inside((object) => object.usage({ teamId: id, shard: 0 })), name);
  }

  /** What the log says of quotas, oldest first. */
  async told(): Promise<string[]> {
    return (await this.team.logged("SYSTEM")).filter((line) => line.includes("quota "));
  }

  #personOf(shard: number): string {
    const people = Array.from({ length: 100 }, (_, i) => `person ${i}`);
    return people.find((id) => shardOf(id, this.team.shards) === shard) ?? "";
  }
}
