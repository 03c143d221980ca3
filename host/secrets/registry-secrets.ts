import { seal, unseal, UnsealError } from "./sealed.ts";

/** The keys that secrets of the registry are sealed with. */
export interface KeyEnv {
  ENCRYPTION_KEY?: string;
  /** The key before, while a rotation is under way: what it sealed still opens. */
  ENCRYPTION_KEY_PREVIOUS?: string;
}

/** Where a secret of the registry belongs: sealed for one place, it opens nowhere else. */
export const placeOf = {
  personalApiKey: (teamId: number): string => `team/${teamId}/personal_api_key`,
  privateToken: (organizationId: number, url: string): string => `organization/${organizationId}/private_token/${url}`,
  configValue: (teamId: number, pluginId: number, key: string): string =>
    `team/${teamId}/plugin/${pluginId}/config/${key}`,
};

/** A secret as the registry keeps it; undefined without an ENCRYPTION_KEY. */
export async function sealSecret({ ENCRYPTION_KEY }: KeyEnv, place: string, text: string): Promise<string | undefined> {
  return ENCRYPTION_KEY ? seal(ENCRYPTION_KEY, place, text) : undefined;
}

/** A secret out of the registry; undefined, and a line in the Worker's log, when it cannot be read any more. */
export async function openSecret(
  { ENCRYPTION_KEY = "", ENCRYPTION_KEY_PREVIOUS }: KeyEnv,
  place: string,
  sealed: string,
): Promise<string | undefined> {
  for (const key of [ENCRYPTION_KEY, ...(ENCRYPTION_KEY_PREVIOUS ? [ENCRYPTION_KEY_PREVIOUS] : [])])
    try {
      return await unseal(key, place, sealed);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      if (key === (ENCRYPTION_KEY_PREVIOUS || ENCRYPTION_KEY)) console.error(error.message);
    }
  return undefined;
}
