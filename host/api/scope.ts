import { and, eq, getTableColumns } from "drizzle-orm";
import type { Env } from "../env.ts";
import type { PluginConfig } from "../store/plugin-configs.ts";
import { type Plugin, pluginById } from "../store/plugins.ts";
import { openRegistry, type Registry } from "../store/registry.ts";
import { pluginConfig, team } from "../store/schema.ts";
import { type Team, teamById } from "../store/teams.ts";
import { ApiError } from "./api-error.ts";

/** The organization of the demo team, which the operator's token acts for. */
const OPERATOR_ORGANIZATION_ID = 1;

/**
 * What a caller of the API may see: one organization, its teams, the plugins that it may use and its configs. Every
 * look-up by an id from outside goes through here, so that nobody reaches what is another organization's.
 */
export class Scope {
  readonly db: Registry;
  readonly organizationId: number;

  constructor(db: Registry, organizationId: number) {
    this.db = db;
    this.organizationId = organizationId;
  }

  /** The scope of whoever has the operator's token. */
  static ofOperator(env: Env): Scope {
    return new Scope(openRegistry(env), OPERATOR_ORGANIZATION_ID);
  }

  /** Throws ApiError 404. */
  async team(teamId: number): Promise<Team> {
    const found = await teamById(this.db, teamId);
    if (found?.organizationId !== this.organizationId) throw ApiError.notFound(`There is no team ${teamId}.`);
    return found;
  }

  /** Throws ApiError 404. */
  async plugin(pluginId: number): Promise<Plugin> {
    const found = await pluginById(this.db, this.organizationId, pluginId);
    if (found === null) throw ApiError.notFound(`There is no plugin ${pluginId}.`);
    return found;
  }

  /** Throws ApiError 404. */
  async config(configId: number): Promise<{ config: PluginConfig; team: Team }> {
    const found = await this.db
      .select({ config: getTableColumns(pluginConfig), team: getTableColumns(team) })
      .from(pluginConfig)
      .innerJoin(team, eq(team.id, pluginConfig.teamId))
      .where(and(eq(pluginConfig.id, configId), eq(team.organizationId, this.organizationId)))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no plugin config ${configId}.`);
    return found;
  }
}

/** A look-up by an id that came in a body: that nothing is found is the fault of that field. */
export async function referenced<Found>(attr: string, lookup: Promise<Found>): Promise<Found> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404)
      throw ApiError.invalid(error.message, attr, "does_not_exist");
    throw error;
  }
}
