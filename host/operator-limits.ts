import { LIMIT_NAMES } from "../runtime/limits.ts";
import type { Limits } from "../runtime/limits.ts";

/** What an operator allows, in the variable MAX_LIMITS: JSON such as `{"fuel": 1000000000, "drainFuel": 8000000000}`. */
export interface OperatorLimits extends Partial<Limits> {
  /** Fuel of all that one team's plugins do in one alarm. */
  drainFuel?: number;
}

const NAMES: readonly string[] = [...LIMIT_NAMES, "drainFuel"];

/**
 * Reads MAX_LIMITS.
 * @throws {Error} that names what is wrong with it
 */
export function readOperatorLimits(json: string | undefined): OperatorLimits {
  if (!json) return {};
  const limits = parse(json);
  if (typeof limits !== "object" || limits === null || Array.isArray(limits))
    throw new Error(`MAX_LIMITS must be an object in JSON, such as {"fuel": 1000000000}, and is ${json}`);
  for (const [name, value] of Object.entries(limits)) {
    if (!NAMES.includes(name)) throw new Error(`MAX_LIMITS: there is no limit "${name}", only ${NAMES.join(", ")}`);
    if (typeof value !== "number" || !(value > 0)) throw new Error(`MAX_LIMITS: "${name}" must be a number above 0`);
  }
  return limits;
}

/** The operator's limits. A value that is wrong, which `npm start` and `npm run deploy` refuse, is told in the log and allows nothing more. */
export function operatorLimits({ MAX_LIMITS }: { MAX_LIMITS?: string }): OperatorLimits {
  if (MAX_LIMITS === known?.json) return known?.limits ?? {};
  known = { json: MAX_LIMITS, limits: {} };
  try {
    known.limits = readOperatorLimits(MAX_LIMITS);
  } catch (error) {
    console.error(`the defaults hold: ${error instanceof Error ? error.message : String(error)}`);
  }
  return known.limits;
}

/** What was read last. */
let known: { json: string | undefined; limits: OperatorLimits } | undefined;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
