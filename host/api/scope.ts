import { and, eq, getTableColumns, isNull, or, type SQL } from "drizzle-orm";
import type { Env } from "../env.ts";
import type { PluginConfig } from "../store/plugin-configs.ts";
import type { Plugin } from "../store/plugins.ts";
import { openRegistry, type Registry } from "../store/registry.ts";
import { organization, plugin, pluginConfig, team } from "../store/schema.ts";
import type { Organization, Team } from "../store/teams.ts";
import { ApiError } from "./api-error.ts";
import type { Principal } from "./principal.ts";

/** The organization that the operator acts for where none is named. */
const OPERATOR_ORGANIZATION_ID = 1;

/** Whom something belongs to. */
export interface Owner {
  organizationId: number | null;
  teamId: number | null;
}

/**
 * What a caller of the API may see: everything as the operator; one organization with its teams, the plugins that it may use and
 * its configs; or one team. Every look-up by an id from outside goes through here, so that nobody reaches what is another's, nor
 * learns whether it exists.
 */
export class Scope {
  readonly db: Registry;
  readonly principal: Principal;
  readonly #seesErasing: boolean;
  #owner: Owner = { organizationId: null, teamId: null };

  /** @param seesErasing whether tenants are there of which a part is erased already */
  constructor(env: Env, principal: Principal, seesErasing: boolean) {
    this.db = openRegistry(env);
    this.principal = principal;
    this.#seesErasing = seesErasing;
  }

  /** Whose things were looked up so far; the audit log keeps it. */
  get owner(): Owner {
    return this.#owner;
  }

  /** Throws ApiError 404. */
  async organization(id: number): Promise<Organization> {
    const found = await this.db
      .select()
      .from(organization)
      .where(and(eq(organization.id, id), this.organizations))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no organization ${id}.`);
    this.#belongsTo(found.id, null);
    return found;
  }

  /** The organization that something new goes into: the caller's own, or the one that the operator names. Throws ApiError 400. */
  organizationFor(id: number | undefined): Promise<Organization> {
    const own = this.principal.role === "operator" ? OPERATOR_ORGANIZATION_ID : this.principal.organizationId;
    return referenced("organization_id", this.organization(id ?? own));
  }

  /** Throws ApiError 404. */
  async team(id: number): Promise<Team> {
    const found = await this.db
      .select()
      .from(team)
      .where(and(eq(team.id, id), this.teams))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no team ${id}.`);
    this.#belongsTo(found.organizationId, found.id);
    return found;
  }

  /** A plugin that the caller may use; for its owner alone when it is to be changed, see `ownPlugin`. Throws ApiError 404. */
  async plugin(id: number): Promise<Plugin> {
    const found = await this.db
      .select()
      .from(plugin)
      .where(and(eq(plugin.id, id), this.plugins))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no plugin ${id}.`);
    this.#belongsTo(found.organizationId, null);
    return found;
  }

  /** A plugin that a team may use: its organization's, or one that is offered to all. Throws ApiError 404. */
  async pluginFor({ id: teamId, organizationId }: Team, id: number): Promise<Plugin> {
    const found = await this.plugin(id);
    if (found.organizationId !== organizationId && !found.isGlobal)
      throw ApiError.notFound(`There is no plugin ${id} that team ${teamId} may use.`);
    return found;
  }

  /** Throws ApiError 403 for a plugin that another organization offers to all. */
  own(found: Plugin): Plugin {
    const { principal } = this;
    if (principal.role !== "operator" && principal.organizationId !== found.organizationId)
      throw ApiError.forbidden(`Plugin ${found.id} belongs to another organization, which offers it to all.`);
    return found;
  }

  /** Throws ApiError 404. */
  async config(id: number): Promise<{ config: PluginConfig; team: Team }> {
    const found = await this.db
      .select({ config: getTableColumns(pluginConfig), team: getTableColumns(team) })
      .from(pluginConfig)
      .innerJoin(team, eq(team.id, pluginConfig.teamId))
      .where(and(eq(pluginConfig.id, id), this.teams))
      .get();
    if (found === undefined) throw ApiError.notFound(`There is no plugin config ${id}.`);
    this.#belongsTo(found.team.organizationId, found.team.id);
    return found;
  }

  /** Which organizations the caller sees; undefined for all. */
  get organizations(): SQL | undefined {
    return and(this.#isOurs(organization.id), this.#isThere(organization.erasingAt));
  }

  /** Which teams the caller sees; undefined for all. */
  get teams(): SQL | undefined {
    const { principal } = this;
    const isOurs = principal.role === "team" ? eq(team.id, principal.teamId) : this.#isOurs(team.organizationId);
    return and(isOurs, this.#isThere(team.erasingAt));
  }

  /** Which plugins the caller may use; undefined for all. */
  get plugins(): SQL | undefined {
    const own = this.#isOurs(plugin.organizationId);
    return own && or(own, eq(plugin.isGlobal, true));
  }

  #isOurs(column: typeof organization.id | typeof team.organizationId | typeof plugin.organizationId): SQL | undefined {
    const { principal } = this;
    return principal.role === "operator" ? undefined : eq(column, principal.organizationId);
  }

  #isThere(erasingAt: typeof organization.erasingAt | typeof team.erasingAt): SQL | undefined {
    return this.#seesErasing ? undefined : isNull(erasingAt);
  }

  #belongsTo(organizationId: number, teamId: number | null): void {
    // The first thing that is looked up is what is changed; a team is told apart from others of its organization.
    if (this.#owner.organizationId === null || (this.#owner.teamId === null && teamId !== null))
      this.#owner = { organizationId, teamId };
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
