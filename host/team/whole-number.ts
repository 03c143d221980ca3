/** A config value as PostHog reads a number: the digits that it begins with, within bounds; `otherwise` when there are none. */
export function wholeNumber(
  value: unknown,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  const number = Number.parseInt(String(value), 10);
  return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, min), max);
}
