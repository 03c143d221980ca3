import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { isId, type Method, paramsOf, type Route } from "../../../host/api/route.ts";
import { ROUTES } from "../../../host/api/routes.ts";
import { migratedRegistry } from "../store/registry.ts";
import { everythingStored, fillTenant, settle, type Tenant } from "../tenants/tenant.ts";
import { call } from "./client.ts";

/** What a person could have got hold of: ids are small numbers, and anybody can guess them. */
let victim: Tenant;
let attacker: Tenant;

beforeAll(async () => {
  await migratedRegistry();
  // The Worker's own organization and team come first.
  await call("GET", "/api/token");
  victim = await fillTenant("zebra1q");
  attacker = await fillTenant("okapi1q");
  await Promise.all([settle(victim.team), settle(attacker.team)]);
});
afterEach(() => void vi.restoreAllMocks());

/** What stands for the parts of a path, by the path. A path that is missing here fails the walk: add how it is filled. */
const PARTS: Readonly<Record<string, (tenant: Tenant) => Readonly<Record<string, string | number>>>> = {
  "/api/organizations/{id}": ({ organizationId }) => ({ id: organizationId }),
  "/api/organizations/{id}/export": ({ organizationId }) => ({ id: organizationId }),
  "/api/organizations/{id}/tokens": ({ organizationId }) => ({ id: organizationId }),
  "/api/organizations/{id}/tokens/{token_id}": ({ organizationId, tokenIds }) => ({
    id: organizationId,
    token_id: tokenIds.organization,
  }),
  "/api/teams/{id}": ({ team }) => ({ id: team.id }),
  "/api/teams/{id}/export": ({ team }) => ({ id: team.id }),
  "/api/teams/{id}/ledger": ({ team }) => ({ id: team.id }),
  "/api/teams/{id}/project_keys": ({ team }) => ({ id: team.id }),
  "/api/teams/{id}/project_keys/{key_id}": ({ team, projectKeyId }) => ({ id: team.id, key_id: projectKeyId }),
  "/api/teams/{id}/tokens": ({ team }) => ({ id: team.id }),
  "/api/teams/{id}/tokens/{token_id}": ({ team, tokenIds }) => ({ id: team.id, token_id: tokenIds.team }),
  "/api/plugins/{id}": ({ pluginId }) => ({ id: pluginId }),
  "/api/plugins/{id}/check_for_update": ({ pluginId }) => ({ id: pluginId }),
  "/api/plugins/{id}/compare": ({ pluginId }) => ({ id: pluginId }),
  "/api/plugins/{id}/upgrade": ({ pluginId }) => ({ id: pluginId }),
  "/api/plugins/{id}/versions": ({ pluginId }) => ({ id: pluginId }),
  "/api/plugins/{id}/versions/{version_id}": ({ pluginId, versionId }) => ({ id: pluginId, version_id: versionId }),
  "/api/plugins/{id}/versions/{version_id}/files/{path}": ({ pluginId, versionId }) => ({
    id: pluginId,
    version_id: versionId,
    path: "index.ts",
  }),
  "/api/plugin_configs/{id}": ({ configId }) => ({ id: configId }),
  "/api/plugin_configs/{id}/dry_run": ({ configId }) => ({ id: configId }),
  "/api/plugin_configs/{id}/history": ({ configId }) => ({ id: configId }),
  "/api/plugin_configs/{id}/retry_setup": ({ configId }) => ({ id: configId }),
  "/api/plugin_configs/{id}/rollback": ({ configId }) => ({ id: configId }),
  "/api/kill_switches/{id}": ({ killSwitchId }) => ({ id: killSwitchId }),
};

/** Fields of queries and bodies that name something, by what they name. */
const fieldsOf = ({ team, organizationId, pluginId, versionId, configId }: Tenant) => ({
  team_id: team.id,
  organization_id: organizationId,
  plugin_id: pluginId,
  plugin_version_id: versionId,
  plugin_config_id: configId,
});

const isNamed = (route: Route): boolean => paramsOf(route.path).length > 0;

function pathOf({ path }: Route, ...tenants: [Tenant] | [first: Tenant, second: Tenant]): string {
  const [first, second = first] = tenants;
  const parts = PARTS[path]?.(first);
  const others = PARTS[path]?.(second);
  if (parts === undefined || others === undefined) throw new Error(`the walk does not know how to fill ${path}`);
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String((name === "id" ? parts : others)[name]));
}

const OPERATIONS = ROUTES.flatMap((route) =>
  Object.keys(route.operations).map((method) => ({ route, method: method as Method, name: `${method} ${route.path}` })),
);

/** Bodies that would be right if the things in them were the caller's own. */
function bodyFor(name: string, named: Tenant): unknown {
  const { team_id, organization_id, plugin_id, plugin_version_id } = fieldsOf(named);
  const source = "export const processEvent = (event) => event";
  const bodies: Readonly<Record<string, unknown>> = {
    "POST /api/teams": { name: "mine", organization_id },
    "POST /api/organizations": { name: "mine" },
    "PATCH /api/organizations/{id}": { name: "mine" },
    "PATCH /api/teams/{id}": { name: "mine" },
    "POST /api/teams/{id}/project_keys": { label: "mine" },
    "POST /api/teams/{id}/tokens": { label: "mine" },
    "POST /api/organizations/{id}/tokens": { label: "mine" },
    "POST /api/plugins": { name: "mine", source, plugin_id, organization_id },
    "PATCH /api/plugins/{id}": { is_global: true },
    "POST /api/plugin_configs": { team_id, plugin_id, plugin_version_id, config: {} },
    "PATCH /api/plugin_configs/{id}": { name: "mine" },
    "POST /api/plugin_configs/rearrange": { team_id, order: [] },
    "POST /api/kill_switches": { kind: "team", target_id: team_id, reason: "mine" },
  };
  return bodies[name] ?? { ...fieldsOf(named) };
}

/** Texts that only somebody of the victim's knows. */
const wordsOf = ({ word, tokens }: Tenant): string[] => [word, tokens.team, tokens.organization];

interface Told {
  status: number;
  text: string;
}

async function ask(method: string, path: string, token: string, body?: unknown): Promise<Told> {
  const sent = method === "GET" || method === "DELETE" ? undefined : body;
  const answer = await call(method, path, sent, { token, raw: true });
  return { status: answer.status, text: [...answer.headers].flat().join("\n") + (answer.text ?? "") };
}

function expectNothingOf(tenant: Tenant, { text }: Told, name: string): void {
  for (const word of wordsOf(tenant)) expect(text.includes(word), `${name} told ${word}: ${text}`).toBe(false);
}

describe.each(["organization", "team"] as const)("the token of another %s", (role) => {
  const token = (): string => attacker.tokens[role];

  test.each(OPERATIONS.filter(({ route }) => isNamed(route)))("finds nothing with $name", async (operation) => {
    const { route, method, name } = operation;
    const before = await everythingOf(victim);
    for (const named of [victim, attacker]) {
      const told = await ask(method, pathOf(route, victim), token(), bodyFor(name, named));
      expect({ name, status: told.status }).toEqual({ name, status: 404 });
      expectNothingOf(victim, told, name);
    }
    expect(await everythingOf(victim)).toEqual(before);
  });

  // What stands below the attacker's own thing, by the number of the victim's.
  test.each(OPERATIONS.filter(({ route }) => paramsOf(route.path).filter(isId).length > 1))(
    "finds nothing of another's below its own with $name",
    async ({ route, method, name }) => {
      const before = await everythingOf(victim);
      const told = await ask(method, pathOf(route, attacker, victim), token(), bodyFor(name, attacker));
      expect([403, 404]).toContain(told.status);
      expectNothingOf(victim, told, name);
      expect(await everythingOf(victim)).toEqual(before);
    },
  );

  test.each(OPERATIONS.filter(({ route }) => !isNamed(route)))("is told nothing by $name", async (operation) => {
    const { route, method, name } = operation;
    const before = await everythingOf(victim);
    for (const [field, id] of Object.entries(fieldsOf(victim))) {
      // One thing of the victim's among the attacker's own.
      const query = new URLSearchParams(
        Object.entries({ ...fieldsOf(attacker), [field]: id }).map(([key, value]) => [key, String(value)]),
      );
      const { ...body } = bodyFor(name, attacker) as Record<string, unknown>;
      // A plugin says which organization's it is.
      if (name === "POST /api/plugins" && field === "organization_id") delete body["plugin_id"];
      const told = await ask(method, `${route.path}?${query}`, token(), {
        ...body,
        ...(Object.hasOwn(body, field) && { [field]: id }),
        ...(field === "team_id" && Object.hasOwn(body, "target_id") && { target_id: id }),
      });
      expect(told.status, `${name} with ${field}: ${told.text}`).toBeLessThan(500);
      expectNothingOf(victim, told, `${name} with ${field}`);
      if (isTaken(route, method, field, body)) expect([400, 403, 404], `${name} with ${field}`).toContain(told.status);
    }
    expect(await everythingOf(victim)).toEqual(before);
  });
});

describe("the token of a team", () => {
  test.each(OPERATIONS.filter(({ route }) => /^\/api\/(?:teams|plugin_configs|kill_switches)\/\{/.test(route.path)))(
    "does not find its organization's other team with $name",
    async ({ route, method, name }) => {
      const { json: sibling } = await call("POST", "/api/teams", {
        name: "sibling",
        organization_id: victim.organizationId,
      });
      const { json: made } = await call("POST", `/api/teams/${String(sibling["id"])}/tokens`, {
        label: "sibling",
        scopes: ["read", "write"],
      });
      const before = await everythingOf(victim);
      const told = await ask(method, pathOf(route, victim), String(made["token"]), bodyFor(name, victim));
      expect(told.status).toBe(404);
      expectNothingOf(victim, told, name);
      expect(await everythingOf(victim)).toEqual(before);
    },
  );
});

test("what the Worker logs while it serves one tenant tells nothing of another", async () => {
  const lines: string[] = [];
  for (const level of ["debug", "error", "info", "log", "warn"] as const)
    vi.spyOn(console, level).mockImplementation((...told) => void lines.push(told.map(String).join(" ")));
  for (const { route, method, name } of OPERATIONS)
    await ask(method, isNamed(route) ? pathOf(route, victim) : route.path, attacker.tokens.team, bodyFor(name, victim));
  for (const word of wordsOf(victim)) expect(lines.filter((line) => line.includes(word))).toEqual([]);
});

/** Whether an operation reads a field at all; others it ignores. */
function isTaken({ operations }: Route, method: Method, field: string, body: Record<string, unknown>): boolean {
  if (method !== "GET") return Object.hasOwn(body, field);
  const query = operations.GET?.query as { shape?: object } | undefined;
  // A config of another's filters a list of one's own to nothing.
  return field !== "plugin_config_id" && query?.shape !== undefined && Object.hasOwn(query.shape, field);
}

const everythingOf = async ({ team, word }: Tenant): Promise<[string, string][]> =>
  [...(await everythingStored([team]))].filter(([, text]) => text.includes(word));

test("the walk has no path that is not there any more", () => {
  const paths = new Set(ROUTES.map(({ path }) => path));
  for (const path of Object.keys(PARTS)) expect(paths.has(path), path).toBe(true);
});
