import type { KillSwitch } from "../../store/kill-switches.ts";

/** What a kill switch may stop. */
interface Stoppable {
  id: number;
  /** The version that the config is at. */
  versionId: number;
}

/**
 * What stops a config's plugin, if anything does.
 * @param switches those over its team
 */
export function switchOn({ id, versionId }: Stoppable, switches: readonly KillSwitch[]): KillSwitch | undefined {
  return switches.find(
    ({ kind, targetId }) =>
      kind === "everything" ||
      kind === "team" ||
      (kind === "config" && targetId === id) ||
      (kind === "version" && targetId === versionId),
  );
}

/** Tells the switches over a team from others. */
export const markOf = (switches: readonly KillSwitch[]): string =>
  JSON.stringify(switches.map(({ id, createdAt }) => [id, createdAt]).sort(([a = 0], [b = 0]) => a - b));

/** Why a plugin does not run, and what would let it run again. */
export function reasonOf({ id, kind, by, reason }: KillSwitch): string {
  const what = kind === "everything" ? "all plugins were" : `the ${kind} was`;
  return `${what} stopped by ${by}: ${reason}. DELETE /api/kill_switches/${id} lets it run again`;
}
