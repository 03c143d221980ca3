/** A constant of the source, beside what the installed binary says. */
export interface Finding {
  name: string;
  /** Where the source has it: a file, and what it is called there. */
  where: string;
  source: string;
  now: string;
}

type Constant = string | number;

/** Makes a finding. What was not found differs from everything. */
export function finding(name: string, where: string, source: Constant, now: Constant | undefined): Finding {
  return { name, where, source: String(source), now: now === undefined ? "not found" : String(now) };
}

export const agrees = ({ source, now }: Finding): boolean => source === now;
