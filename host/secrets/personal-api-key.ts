import { seal, unseal, UnsealError } from "./sealed.ts";

interface KeyEnv {
  ENCRYPTION_KEY?: string;
}

const placeOf = (teamId: number): string => `team/${teamId}/personal_api_key`;

/** A team's personal key as the registry keeps it; undefined without an ENCRYPTION_KEY. */
export async function sealPersonalApiKey(
  { ENCRYPTION_KEY }: KeyEnv,
  teamId: number,
  key: string,
): Promise<string | undefined> {
  return ENCRYPTION_KEY ? seal(ENCRYPTION_KEY, placeOf(teamId), key) : undefined;
}

/** A team's personal key out of the registry; undefined when it cannot be read any more. */
export async function openPersonalApiKey(
  { ENCRYPTION_KEY = "" }: KeyEnv,
  teamId: number,
  sealed: string,
): Promise<string | undefined> {
  try {
    return await unseal(ENCRYPTION_KEY, placeOf(teamId), sealed);
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    console.error(error.message);
    return undefined;
  }
}
