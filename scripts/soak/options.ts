import { parseArgs } from "node:util";

import { UserError } from "../user-error.ts";

const DEFAULT_MINUTES = 3;
/** A day. */
const MAX_MINUTES = 1440;

/** What `npm run soak -- --minutes N` asks for. @throws UserError for anything else */
export function readOptions(argv: readonly string[]): { minutes: number } {
  const { minutes } = parse(argv);
  if (minutes === undefined) return { minutes: DEFAULT_MINUTES };
  if (!/^\d+$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > MAX_MINUTES)
    throw new UserError(`--minutes must be a whole number from 1 to ${MAX_MINUTES}, and it is ${minutes}.`);
  return { minutes: Number(minutes) };
}

function parse(argv: readonly string[]): { minutes?: string | undefined } {
  try {
    return parseArgs({ args: [...argv], options: { minutes: { type: "string" } } }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message}\nnpm run soak -- [--minutes N]`);
  }
}
