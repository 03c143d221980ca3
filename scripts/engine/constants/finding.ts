/** A constant of the source, beside what the installed binary says. */
export interface Finding {
  name: string;
  /** Where the source has it: a file, and what it is called there. */
  where: string;
  source: string;
  now: string;
}

/** Makes a finding. What was not found differs from everything. */
export function finding(
  name: string,
  where: string,
  source: string | number,
  now: string | number | undefined,
): Finding {
  return { name, where, source: String(source), now: String(now ?? "not found") };
}

export const agrees = ({ source, now }: Finding): boolean => source === now;
