import { expect, test, vi } from "vitest";

import { placeOf, sealSecret } from "../../../../host/secrets/registry-secrets.ts";
import { inspectIn } from "../../../../host/plugins/inspect.ts";
import { installFromSource } from "../../../../host/plugins/install.ts";
import { createConfig } from "../../../../host/store/plugin-configs.ts";
import { image } from "../../../../host/team/image.ts";
import { migratedRegistry } from "../../store/registry.ts";
import { env, muteErrors, START, TestTeam, useClock } from "../test-team.ts";

useClock();

const SECRET = "s3cret-of-the-team";
const FORM = [
  { key: "apiKey", type: "string", secret: true },
  { key: "used", type: "string", inject: { host: "api.x.com", header: "Authorization", format: "Bearer {}" } },
];

/** Installs a plugin whose config has secrets. */
async function install(team: TestTeam, source: string): Promise<void> {
  const request = { organizationId: team.organizationId, name: "leaky", source, config: FORM };
  const { plugin } = await installFromSource(env, request, inspectIn(image), START);
  const config = { apiKey: SECRET, used: "s3cret-that-is-used" };
  await createConfig(await migratedRegistry(), team.id, { pluginId: plugin.id, config, enabled: true }, START);
}

/** All that the team's object keeps of what plugins said. */
async function kept(team: TestTeam): Promise<string> {
  const address = { teamId: team.id, shard: 0 };
  return team.inside((object, { storage }) =>
    JSON.stringify([
      object.listLogs(address, { limit: 1000 }),
      object.listOutcomes(address, { limit: 1000 }),
      object.listRecentEvents(address, 100).map(({ outcomes }) => outcomes),
      storage.sql.exec("select name, value from fact").toArray(),
    ]),
  );
}

test.each([
  [
    "a log line",
    "export function processEvent(event, { config }) { console.log('key', config.apiKey, config); return event }",
  ],
  [
    "a log line that is cut in the middle of it",
    "export function processEvent(event, { config }) { console.log('x'.repeat(8185) + config.apiKey); return event }",
  ],
  ["an error", "export function processEvent(event, { config }) { throw new Error('cannot use ' + config.apiKey) }"],
  ["a thrown text", "export function processEvent(event, { config }) { throw config.apiKey }"],
  [
    "the name of an error",
    "export function processEvent(event, { config }) { throw Object.assign(new Error('x'), { name: config.apiKey }) }",
  ],
  ["a RetryError", "export function processEvent(event, { config }) { throw new RetryError(config.apiKey) }"],
  ["a reason", "export function processEvent(event, { config }) { throw new DropEvent(config.apiKey) }"],
  [
    "a rejection",
    "export function processEvent(event, { config }) { void Promise.reject(new Error(config.apiKey)); return event }",
  ],
  [
    "a setup that fails",
    "export function setupPlugin({ config }) { throw new Error(config.apiKey) } export function processEvent(e) { return e }",
  ],
  ["a bad return", "export function processEvent(event, { config }) { return config.apiKey }"],
  [
    "a job",
    "export const jobs = {}; export async function processEvent(event, { config, jobs }) { await jobs[config.apiKey]().runNow(); return event }",
  ],
  [
    "a header for Basic authentication",
    "export function processEvent(event, { config }) { throw new Error(Buffer.from('me:' + config.apiKey).toString('base64')) }",
  ],
])("a secret does not stay in %s", async (_where, source) => {
  const team = await TestTeam.create();
  await install(team, source);
  await team.accept({ event: "e" });
  await team.work();
  const told = await kept(team);
  expect(told).not.toContain("s3cret");
  expect(told).not.toContain(btoa(SECRET).slice(4, 16));
  expect(told).not.toContain("czNjcmV0LW9mLXRoZS10ZWFt");
});

test("a plugin has a text in place of a secret that is injected, and events are its own", async () => {
  const team = await TestTeam.create();
  await install(
    team,
    "export function processEvent(event, { config }) { event.properties = { ...config }; return event }",
  );
  await team.accept({ event: "e" });
  await team.work();
  const [event] = await team.events();
  expect(event?.["properties"]).toMatchObject({ apiKey: SECRET, used: "{{secret:used}}" });
});

test("the team's personal key is used by posthog.api, as of the moment, and stays out of the log", async () => {
  const team = await TestTeam.create();
  const sent: [string, string | null][] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push([url, new Headers(init.headers).get("authorization")]);
    return Response.json({ error: "phx_the-key is not known" });
  });
  await install(
    team,
    `export async function onEvent() {}
     export async function processEvent(event) {
       const told = await posthog.api.get("/api/x").then((r) => r.text(), String);
       console.log(told); event.properties.told = told; return event
     }`,
  );
  const key = "phx_the-key";
  const personalApiKey = (await sealSecret(env, placeOf.personalApiKey(team.id), key)) ?? "";
  await team.accept({ event: "1" });
  await team.work();
  await team.set({ posthogHost: "https://posthog.test", posthogApiKey: "phc_project" });
  await team.reconfigure();
  await team.accept({ event: "2" });
  await team.work();
  await team.set({ personalApiKey });
  await team.reconfigure();
  await team.accept({ event: "3" });
  await team.work();
  const asked = sent.filter(([url]) => url.includes("/api/x"));
  expect(asked).toEqual([["https://posthog.test/api/x?token=phc_project", `Bearer ${key}`]]);
  expect(await team.logged("CONSOLE")).toEqual([
    `DeniedError: posthog.api was denied: team ${team.id} has no PostHog; set its "posthog_host": PATCH /api/teams/${team.id}`,
    `DeniedError: posthog.api was denied: team ${team.id} has no personal key for PostHog's API; set its "personal_api_key": PATCH /api/teams/${team.id}`,
    '{"error":"[redacted] is not known"}',
  ]);
});

test("what PostHog answers to a delivery is kept without the team's key", async () => {
  const team = await TestTeam.create({ posthogHost: "https://posthog.test", posthogApiKey: "phc_project-key" });
  const answers = [503, 400];
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.stubGlobal(
    "fetch",
    async () => new Response("no project has phc_project-key", { status: answers.shift() ?? 400 }),
  );
  await team.accept({ event: "e" });
  await team.work();
  expect((await team.status()).delivery?.reason).toBe("PostHog answered 503: no project has [redacted]");
  await team.workThrough();
  expect(await team.deadLetters()).toMatchObject([{ status: 400, answer: "no project has [redacted]" }]);
});

test("a personal key that does not open stops nothing, and posthog.api says so", async () => {
  muteErrors();
  const team = await TestTeam.create();
  const personalApiKey = await sealSecret(
    { ENCRYPTION_KEY: "another" },
    placeOf.personalApiKey(team.id),
    "phx_the-key",
  );
  await team.set({ personalApiKey: personalApiKey ?? "", posthogHost: "https://posthog.test" });
  vi.stubGlobal("fetch", async () => Response.json({ status: 1 }));
  await install(
    team,
    "export async function processEvent(event) { await posthog.api.get('/x').catch((e) => console.log(String(e))); return event }",
  );
  await team.accept({ event: "e" });
  await team.work();
  expect(await team.logged("CONSOLE")).toEqual([
    expect.stringContaining('does not open with this ENCRYPTION_KEY; set "personal_api_key" again'),
  ]);
});
