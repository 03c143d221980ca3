import { HostError } from "../../../runtime/host-error.ts";
import { QUOTAS, type QuotaName } from "./quotas.ts";

/** A quota of which nothing is left. Plain data: it goes into outcomes, and from one object to another. */
export interface QuotaSpent {
  name: QuotaName;
  limit: number;
  /** When it begins anew: milliseconds since the epoch; null for what does not by itself. */
  resetsAt: number | null;
  teamId: number;
}

/** The quota, its size, when it begins anew and what can be done about it. */
export function describeSpent({ name, limit, resetsAt, teamId }: QuotaSpent): string {
  const { remedy } = QUOTAS[name];
  const anew = resetsAt === null ? "" : `, until ${new Date(resetsAt).toISOString()}`;
  const self = remedy === undefined ? "" : `${remedy}, or `;
  return `the quota ${name} of team ${teamId} is used up: ${limit}${anew}; ${self}have the operator raise it: PATCH /api/teams/${teamId} {"quotas": {"${name}": ...}}`;
}

/** The failure of a capability that would go beyond a quota. @param what the plugin called */
export const quotaError = (what: string, spent: QuotaSpent): HostError =>
  new HostError("QuotaExceededError", `${what}: ${describeSpent(spent)}`);
