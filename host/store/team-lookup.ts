import { openRegistry, type RegistryEnv } from "./registry.ts";
import { findTeamByToken, type Team } from "./teams.ts";

/** Milliseconds for which a known key is believed; a change elsewhere is noticed after that. */
const KNOWN_FOR = 60_000;
/** Milliseconds for which an unknown key is believed to be unknown. */
const UNKNOWN_FOR = 10_000;
const MAX_ENTRIES = 1000;
/** Printable ASCII without blanks: anything else cannot be a key, and is not looked up. */
const TOKEN = /^[\x21-\x7e]{1,200}$/;

interface Entry {
  team: Team | null;
  until: number;
}

/** Two maps, so that a flood of unknown keys does not push the known ones out. Oldest use comes first. */
const known = new Map<string, Entry>();
const unknown = new Map<string, Entry>();
/** Raised by every forgetting, so that a lookup that was under way then is not remembered. */
let generation = 0;

/**
 * The team that a project key admits events to, or null, remembered by the isolate for a while. `now` is milliseconds
 * since the epoch.
 */
export async function findTeam(env: RegistryEnv, token: string, now: number): Promise<Team | null> {
  if (!TOKEN.test(token)) return null;
  const remembered = recall(known, token, now) ?? recall(unknown, token, now);
  if (remembered !== null) return remembered.team;
  const started = generation;
  const team = await findTeamByToken(openRegistry(env), token);
  if (started === generation) {
    if (team === null) remember(unknown, token, { team, until: now + UNKNOWN_FOR });
    else remember(known, token, { team, until: now + KNOWN_FOR });
  }
  return team;
}

/** Makes this isolate look a key, or all keys, up again. To be called after every change of teams and keys. */
export function forgetTeam(token?: string): void {
  generation++;
  for (const entries of [known, unknown]) {
    if (token === undefined) entries.clear();
    else entries.delete(token);
  }
}

function recall(entries: Map<string, Entry>, token: string, now: number): Entry | null {
  const entry = entries.get(token);
  if (entry === undefined) return null;
  entries.delete(token);
  if (entry.until <= now) return null;
  entries.set(token, entry);
  return entry;
}

function remember(entries: Map<string, Entry>, token: string, entry: Entry): void {
  entries.set(token, entry);
  const oldest = entries.keys().next();
  if (entries.size > MAX_ENTRIES && !oldest.done) entries.delete(oldest.value);
}
