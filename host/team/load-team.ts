import { tasksOf } from "../plugins/tasks-of.ts";
import { limitsOf } from "../../runtime/limits.ts";
import { CAPABILITY_NAMES } from "../../wit/generated/contract.ts";
import type { Env } from "../env.ts";
import { operatorLimits } from "../operator-limits.ts";
import type { CapabilityGrants } from "../plugins/capabilities.ts";
import { SCRIPT_NAME } from "../plugins/source-position.ts";
import { loadVersion } from "../plugins/versions.ts";
import { openConfig } from "../secrets/sealed-config.ts";
import { splitConfig } from "../secrets/injection.ts";
import { Redactor } from "../secrets/redactor.ts";
import type { PluginAttachment } from "../store/attachments.ts";
import { enabledConfigs } from "../store/enabled-configs.ts";
import type { EnabledConfig } from "../store/enabled-configs.ts";
import { type KillSwitch, switchesOver } from "../store/kill-switches.ts";
import { configIdsOf } from "../store/plugin-configs.ts";
import { openRegistry } from "../store/registry.ts";
import { DEFAULT_LOG_RETENTION_DAYS } from "../store/schema.ts";
import { teamById } from "../store/teams.ts";
import { accountOf } from "./plugins/account.ts";
import { reasonOf, switchOn } from "./plugins/kill-switch.ts";
import type { PluginConfig, StoredAttachment } from "./plugins/plugin-config.ts";
import type { TeamSetup } from "./plugins/team-plugins.ts";

/** Reads a team's settings and enabled plugins out of the registry, and their code out of R2. */
export async function loadTeam(env: Env, teamId: number): Promise<TeamSetup> {
  const db = openRegistry(env);
  const [team, configs, configIds, switches] = await Promise.all([
    teamById(db, teamId),
    enabledConfigs(db, teamId),
    configIdsOf(db, teamId),
    switchesOver(db, teamId),
  ]);
  const [account, plugins] = await Promise.all([
    team && accountOf(env, db, team),
    Promise.all(configs.map((config) => loadPlugin(env, config, switches))),
  ]);
  const keys = [team?.posthogApiKey, account?.personalApiKey].filter((key) => typeof key === "string");
  return {
    account,
    shards: team?.shards ?? 1,
    mostShards: team?.mostShards ?? 1,
    quotas: team?.quotas ?? {},
    notesPlugins: team?.notePlugins ?? false,
    logRetentionDays: team?.logRetentionDays ?? DEFAULT_LOG_RETENTION_DAYS,
    redactor: new Redactor([...keys, ...plugins.flatMap(({ secrets }) => secrets.values)]),
    plugins,
    switches,
    configIds,
  };
}

/** A config that may not be saved yet, or whose code may not be installed. */
export interface Candidate extends EnabledConfig {
  /** Compiled; without it the version is loaded. */
  code?: string;
  /** Files that are stored nowhere, in the place of those attachments that have their keys. */
  files?: readonly GivenFile[];
}

/** A file of a candidate. */
export interface GivenFile {
  key: string;
  contentType: string;
  fileName: string;
  bytes: Uint8Array;
}

/** A config with what is needed to run its plugin. */
export async function loadPlugin(
  env: Env,
  config: Candidate,
  switches: readonly KillSwitch[] = [],
): Promise<PluginConfig> {
  const { code } = config.code === undefined ? await loadVersion(env, config.version.hash) : { code: config.code };
  const values = await openConfig(env, config);
  const stopped = switchOn({ id: config.id, versionId: config.pluginVersionId }, switches);
  const closed = values === undefined ? UNREADABLE : stopped && reasonOf(stopped);
  const { seen, ...secrets } = splitConfig(config.version.manifest.config, values ?? config.config);
  return {
    id: config.id,
    teamId: config.teamId,
    pluginId: config.pluginId,
    pluginName: config.pluginName,
    versionId: config.pluginVersionId,
    version: config.version.hash,
    tag: config.version.tag,
    revision: [revisionOf(config), ...(closed === undefined ? [] : ["closed", stopped?.id, stopped?.createdAt])].join(
      ":",
    ),
    onError: config.onError,
    config: seen,
    ...(closed !== undefined && { closed }),
    secrets,
    attachments: attachmentsOf(env, config),
    grants: config.grants ?? config.version.manifest.capabilities ?? EVERYTHING,
    limits: limitsOf(config.limits, operatorLimits(env)),
    script: { code, filename: SCRIPT_NAME },
    methods: config.version.inspected.methods,
    tasks: tasksOf(config.version),
  };
}

const UNREADABLE =
  "The secrets of this config do not open with this Worker's ENCRYPTION_KEY. Set the key that sealed them as ENCRYPTION_KEY_PREVIOUS, or enter them again";

/** What a plugin gets that declares nothing, as long as nobody has decided for its config. */
const EVERYTHING: CapabilityGrants = Object.fromEntries(CAPABILITY_NAMES.map((name) => [name, true]));

function revisionOf({ id, updatedAt, version, attachments }: EnabledConfig): string {
  return [id, updatedAt, version.hash, ...attachments.map(({ hash }) => hash)].join(":");
}

function attachmentsOf(env: Env, { teamId, attachments, files = [] }: Candidate): StoredAttachment[] {
  const given = new Set(files.map(({ key }) => key));
  const stored = attachments.filter(({ key }) => !given.has(key));
  return [
    ...stored.map((attachment) => storedAttachment(env, teamId, attachment)),
    ...files.map(({ key, contentType, fileName, bytes }) => {
      const id = `${givenIdPrefix(teamId)}${crypto.randomUUID()}`;
      const size = bytes.byteLength;
      return { key, contentType, fileName, size, stored: { id, size, read: async () => bytes } };
    }),
  ];
}

/** What configs of one team have in common is in memory once; nothing is shared with another team, which could tell by what is there already. */
function storedAttachment(env: Env, teamId: number, attachment: PluginAttachment): StoredAttachment {
  const { key, contentType, fileName, size, hash, r2Key } = attachment;
  const read = async (): Promise<Uint8Array> => {
    const stored = await env.BLOBS.get(r2Key);
    if (!stored) throw new Error(`attachment ${r2Key} is missing from BLOBS`);
    return new Uint8Array(await stored.arrayBuffer());
  };
  return { key, contentType, fileName, size, stored: { id: `${fileIdPrefix(teamId)}${hash}`, size, read } };
}

/** What the ids of a team's files in memory begin with. */
export const fileIdPrefix = (teamId: number): string => `${teamId}/`;

/** What the ids of those begin with that a dry run was given: nobody asks for them again. */
export const givenIdPrefix = (teamId: number): string => `${fileIdPrefix(teamId)}given/`;
