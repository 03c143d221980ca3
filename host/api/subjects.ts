import type { Plugin } from "../store/plugins.ts";
import type { PluginConfig } from "../store/plugin-configs.ts";
import type { Organization, Team } from "../store/teams.ts";
import type { Subject } from "./route.ts";

/** What the paths of the API name. */

/** A path that names nothing in particular. */
export const nothing: Subject<null> = {
  async find() {
    return null;
  },
};

/** `/api/organizations/{id}`, and all below. */
export const theOrganization: Subject<Organization> = {
  find: (scope, param) => scope.organization(Number(param("id"))),
};

/** `/api/teams/{id}`, and all below. */
export const theTeam: Subject<Team> = { find: (scope, param) => scope.team(Number(param("id"))) };

/** `/api/plugins/{id}`, and all below. */
export const thePlugin: Subject<Plugin> = { find: (scope, param) => scope.plugin(Number(param("id"))) };

/** `/api/plugin_configs/{id}`, and all below. */
export const theConfig: Subject<{ config: PluginConfig; team: Team }> = {
  find: (scope, param) => scope.config(Number(param("id"))),
};
