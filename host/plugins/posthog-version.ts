import { satisfies, validRange } from "semver";

/** The last version of PostHog that was released under a number: what Hoglet offers its plugins, PostHog offered there. */
export const POSTHOG_VERSION = "1.43.1";

/** What is wrong with a `posthogVersion` of plugin.json, in PostHog's words; undefined when it fits. */
export function posthogVersionProblem(range: string): string | undefined {
  // As PostHog reads it: blanks mean nothing, commas separate what must all hold.
  const plain = range.replace(/\s+/g, "").replaceAll("==", "=").replaceAll(",", " ");
  if (plain === "" || validRange(plain) === null)
    return `Invalid PostHog semantic version requirement "${range}"! Write it as ">= 1.25.0"`;
  if (satisfies(POSTHOG_VERSION, plain)) return undefined;
  return `Currently running PostHog version ${POSTHOG_VERSION} does not match this plugin's semantic version requirement "${range}".`;
}
