/** What Redis answers when a command cannot be run: a word in capitals, then the reason. */
export class RedisError extends Error {}

/** What an error begins with that tells of a quota of the team's. */
export const QUOTA_ERROR = "QUOTA ";

const INTEGER = /^(?:0|-?[1-9][0-9]{0,18})$/;

/**
 * A 64-bit integer as Redis reads it: no blanks, no plus, no leading zeros.
 * @throws {RedisError}
 */
export function integer(text: string): bigint {
  const value = INTEGER.test(text) ? BigInt(text) : undefined;
  if (value === undefined || BigInt.asIntN(64, value) !== value)
    throw new RedisError("ERR value is not an integer or out of range");
  return value;
}
