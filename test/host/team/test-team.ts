import { env as bindings, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, vi } from "vitest";

import { NO_REQUEST } from "../../../host/capture/request-context.ts";
import { accept } from "../../../host/accept.ts";
import type { Env } from "../../../host/env.ts";
import type { Json, JsonObject, Message } from "../../../host/event.ts";
import { inspectIn } from "../../../host/plugins/inspect.ts";
import { installFromSource } from "../../../host/plugins/install.ts";
import {
  createConfig,
  type NewPluginConfig,
  type PluginConfig,
  type PluginConfigChanges,
  updateConfig,
} from "../../../host/store/plugin-configs.ts";
import { type KillSwitch, stop } from "../../../host/store/kill-switches.ts";
import type { KillKind } from "../../../host/store/schema.ts";
import type { Registry } from "../../../host/store/registry.ts";
import { noteNextTasks } from "../../../host/store/due-teams.ts";
import { isNoted } from "../../../host/schedule/due-team.ts";
import { createOrganization, createTeam, teamById, type TeamSettings, updateTeam } from "../../../host/store/teams.ts";
import type { TeamAddress } from "../../../host/team/facts.ts";
import { image } from "../../../host/team/image.ts";
import type { DeadLetter, RecordedOutcome } from "../../../host/team/insight/listings.ts";
import { shardsOf, teamStub } from "../../../host/team/team-client.ts";
import type { TeamObject } from "../../../host/team/team-object.ts";
import { migratedRegistry } from "../store/registry.ts";

export const env = bindings as unknown as Env;

/** Later than any real clock, so that no alarm rings by itself: tests say when time passes. */
export const START = Date.parse("2040-01-01T12:00:00.000Z");

/** Makes the clock of a test file stand still at START before each test. */
export function useClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

export function passTime(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** Keeps `console.error` quiet in a test that has the host fail, and remembers what it was told. */
export function muteErrors() {
  return vi.spyOn(console, "error").mockImplementation(() => undefined);
}

type PluginOptions = Partial<Omit<NewPluginConfig, "pluginId">> & { name?: string };

let created = 0;

/** A team with objects of its own. */
export class TestTeam {
  readonly id: number;
  readonly organizationId: number;
  readonly shards: number;
  readonly token: string;
  readonly #db: Registry;

  private constructor(db: Registry, id: number, organizationId: number, shards: number, token: string) {
    this.#db = db;
    this.id = id;
    this.organizationId = organizationId;
    this.shards = shards;
    this.token = token;
  }

  static async create(settings: TeamSettings = {}): Promise<TestTeam> {
    const db = await migratedRegistry();
    const token = `phc_team_${crypto.randomUUID()}`;
    const { id: organizationId } = await createOrganization(db, "Test", Date.now());
    const team = await createTeam(db, organizationId, { name: `Team ${++created}`, ...settings, token }, Date.now());
    return new TestTeam(db, team.id, organizationId, team.shards, token);
  }

  /** Has a beat of the Cron Trigger come, whether the registry says that a task is due or not. @returns when the next task is due */
  async tick(time: number): Promise<number | null> {
    const since = (await teamById(this.#db, this.id))?.tasksDueAt ?? 0;
    const dueAt = await this.stub().tick(this.address, time, since);
    if (isNoted(dueAt, time)) await noteNextTasks(this.#db, [{ id: this.id, since, dueAt }]);
    return dueAt;
  }

  /** Of shard 0. */
  get address(): TeamAddress {
    return { teamId: this.id, shard: 0 };
  }

  stub(shard = 0): DurableObjectStub<TeamObject> {
    return teamStub(env, { teamId: this.id, shard });
  }

  /** Runs something in the object of a shard. */
  inside<T>(run: (object: TeamObject, state: DurableObjectState) => T | Promise<T>, shard = 0): Promise<T> {
    return runInDurableObject<TeamObject, T>(this.stub(shard), run);
  }

  /** Installs a plugin for this team and enables it; the team's objects are not told. */
  async install(
    source: string,
    { name = `plugin ${++created}`, config = {}, ...values }: PluginOptions = {},
  ): Promise<PluginConfig> {
    const request = { organizationId: this.organizationId, name, source };
    const { plugin } = await installFromSource(env, request, inspectIn(image), Date.now());
    const saved = await createConfig(
      this.#db,
      this.id,
      { pluginId: plugin.id, config, enabled: true, ...values },
      Date.now(),
    );
    if (saved === null) throw new Error("the config was not saved");
    return saved;
  }

  /** Gives a config new code; the team's objects are not told. */
  async upgrade({ id, pluginId }: PluginConfig, source: string): Promise<void> {
    const request = { organizationId: this.organizationId, pluginId, name: "upgraded", source };
    const { version } = await installFromSource(env, request, inspectIn(image), Date.now());
    await this.update(id, { pluginVersionId: version.id });
  }

  /** Changes a config; the team's objects are not told. */
  async update(configId: number, changes: PluginConfigChanges): Promise<void> {
    await updateConfig(this.#db, this.id, configId, changes, Date.now());
  }

  /** Changes the team's settings; its objects are not told. */
  async set(settings: TeamSettings): Promise<void> {
    await updateTeam(this.#db, this.organizationId, this.id, settings, Date.now());
  }

  /** Sets a kill switch; the team's objects are not told. */
  kill(kind: KillKind, targetId: number): Promise<KillSwitch> {
    const { id: teamId, organizationId } = this;
    const about = { kind, targetId, organizationId, teamId, reason: "it leaks", role: "operator", by: "ops" } as const;
    return stop(this.#db, { ...about, createdAt: Date.now() });
  }

  /** Has the objects take over what the registry says. */
  async reconfigure(): Promise<void> {
    await Promise.all(this.#addresses.map((address) => teamStub(env, address).reconfigure(address)));
  }

  /** Accepts events as capture does. */
  async accept(...events: JsonObject[]): Promise<Message[]> {
    const messages = events.map((event) => message(this.id, event));
    await accept(env, { teamId: this.id, shards: this.shards }, messages, []);
    return messages;
  }

  /** Ends the objects as the platform does with idle ones: their memory is lost. */
  async restart(): Promise<void> {
    for (const { shard } of this.#addresses) await evictDurableObject(this.stub(shard));
  }

  /** When the alarm of a shard rings: milliseconds since the epoch, null when it is not set. */
  alarm(shard = 0): Promise<number | null> {
    return this.inside((_, { storage }) => storage.getAlarm(), shard);
  }

  /** Rings the alarms that are due, until none is. @returns how many rang */
  async work(): Promise<number> {
    let rings = 0;
    for (let rang = true; rang;) {
      rang = false;
      for (const { shard } of this.#addresses) {
        const at = await this.alarm(shard);
        if (at === null || at > Date.now()) continue;
        await runDurableObjectAlarm(this.stub(shard));
        rang = true;
        if (++rings > 100) throw new Error("the alarms do not come to rest");
      }
    }
    return rings;
  }

  /** Lets time pass until the alarms have nothing left to do, each hold and pause included. */
  async workThrough(): Promise<void> {
    for (let rounds = 0; rounds < 200; rounds++) {
      await this.work();
      const next = await Promise.all(this.#addresses.map(({ shard }) => this.alarm(shard)));
      const [first] = next.filter((at) => at !== null).sort((a, b) => a - b);
      if (first === undefined) return;
      vi.setSystemTime(first);
    }
    throw new Error("the team does not come to rest");
  }

  /** The local store, oldest first, shard after shard. */
  async events(): Promise<JsonObject[]> {
    return (await Promise.all(this.#addresses.map((address) => this.#eventsOf(address)))).flat();
  }

  async eventNames(): Promise<Json[]> {
    return (await this.events()).map(({ event = null }) => event);
  }

  /** Oldest first. */
  async deadLetters(): Promise<DeadLetter[]> {
    const { results } = await this.inside((object) => object.listDeadLetters(this.#first, { limit: 1000 }));
    return results.toReversed();
  }

  /** Outcomes that did not end well, oldest first. */
  async failures(): Promise<RecordedOutcome[]> {
    const { results } = await this.inside((object) => object.listOutcomes(this.#first, { limit: 1000 }));
    return results.filter(({ kind }) => kind !== "ok").toReversed();
  }

  /** The texts of the log, oldest first. */
  async logged(wanted?: "CONSOLE" | "PLUGIN" | "SYSTEM"): Promise<string[]> {
    const { results } = await this.inside((object) => object.listLogs(this.#first, { limit: 1000 }));
    return results
      .filter(({ source }) => wanted === undefined || source === wanted)
      .map(({ message: text }) => text)
      .toReversed();
  }

  async status(shard = 0) {
    return this.inside((object) => object.status({ teamId: this.id, shard }), shard);
  }

  async #eventsOf(address: TeamAddress): Promise<JsonObject[]> {
    const all: JsonObject[] = [];
    let before: number | null | undefined;
    while (before !== null) {
      const query = { limit: 1000, ...(before !== undefined && { before }) };
      const { results, next } = await this.inside((object) => object.listEvents(address, query), address.shard);
      all.push(...results);
      before = next;
    }
    return all.toReversed();
  }

  get #addresses() {
    return shardsOf({ id: this.id, shards: this.shards });
  }

  get #first() {
    return { teamId: this.id, shard: 0 };
  }
}

let sent = 0;

/** An accepted event of a team, received now. */
export function message(teamId: number, event: JsonObject = {}): Message {
  const uuid = `00000000-0000-4000-8000-${String(++sent).padStart(12, "0")}`;
  return {
    id: uuid,
    event: {
      uuid,
      event: `event ${sent}`,
      distinct_id: "person",
      properties: {},
      ip: "203.0.113.7",
      site_url: null,
      now: new Date().toISOString(),
      sent_at: null,
      ...event,
      team_id: teamId,
    },
    receivedAt: Date.now(),
    request: NO_REQUEST,
    hops: 0,
  };
}
