import type { Limits } from "../../../runtime/limits.ts";
import type { Attachment, PluginScript } from "../../../runtime/sandbox-options.ts";
import type { JsonObject } from "../../event.ts";
import type { CapabilityGrants } from "../../plugins/capabilities.ts";
import type { StoredFile } from "../../files/file-cache.ts";
import type { SplitConfig } from "../../secrets/injection.ts";
import type { ScheduledTask } from "../../schedule/task-schedule.ts";
import type { OnError } from "../../store/schema.ts";

/** An attachment, and where its bytes are. */
export interface StoredAttachment extends Attachment {
  stored: StoredFile;
}

/** How long work waits before it asks again for a plugin that does not run, in milliseconds. Its attempts do not count. */
export const CLOSED_PAUSE_MS = 60_000;

/** One enabled plugin config of a team, with all that is needed to run it. */
export interface PluginConfig {
  id: number;
  teamId: number;
  pluginId: number;
  pluginName: string;
  /** The content hash of the version that runs. */
  version: string;
  /** The release of that version, as its author calls it. */
  tag: string | null;
  /** Changes whenever anything here does: a sandbox serves one revision only. */
  revision: string;
  onError: OnError;
  /** As the plugin sees it. */
  config: JsonObject;
  /** Why the plugin does not run at all, if so; its events go the way of `onError`. */
  closed?: string;
  secrets: Pick<SplitConfig, "injections" | "values">;
  attachments: StoredAttachment[];
  grants: CapabilityGrants;
  limits: Limits;
  script: PluginScript;
  /** Functions that the plugin had when it was installed, tasks and jobs aside. */
  methods: readonly string[];
  /** What it does at times of its own. */
  tasks: ScheduledTask[];
}

/** What errors call the plugin. */
export const nameOf = ({ id, pluginName }: PluginConfig): string => `plugin "${pluginName}" with config id ${id}`;
