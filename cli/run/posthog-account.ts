import type { PosthogAccount } from "../../host/capabilities/posthog-api.ts";

/** The PostHog that `posthog.api` asks in a run, as far as it was named. */
export interface NamedPosthog {
  host?: string | undefined;
  projectApiKey?: string | undefined;
  personalApiKey?: string | undefined;
}

const HOW_TO_SET = {
  host: "the run has no PostHog; name it with --posthog-host=URL",
  personalApiKey: "the run has no personal key for PostHog's API; give it with --personal-api-key=KEY",
};

/** The account of a real run: what was not named is not there. */
export function realAccount({ host, projectApiKey, personalApiKey }: NamedPosthog): PosthogAccount {
  return {
    host: host ?? null,
    projectApiKey: projectApiKey ?? null,
    personalApiKey: personalApiKey ?? null,
    howToSet: HOW_TO_SET,
  };
}

/** The account of a case, whose mocks answer whatever the keys are. */
export function caseAccount(named: NamedPosthog): PosthogAccount {
  return realAccount({
    host: named.host ?? "https://app.posthog.com",
    projectApiKey: named.projectApiKey ?? "phc_case",
    personalApiKey: named.personalApiKey ?? "phx_case",
  });
}
