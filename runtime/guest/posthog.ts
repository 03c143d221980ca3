import type { Capabilities } from "../../wit/generated/contract.ts";
import { makeError } from "./globals/errors.ts";
import { GuestError, GuestString, stringify } from "./primordials.ts";

type Host = Capabilities["posthog"];
type ApiRequest = Parameters<Host["api"]>[0];
type HostResponse = Awaited<ReturnType<Host["api"]>>;

/** What PostHog's plugins pass to `posthog.api`. */
interface ApiOptions {
  data?: unknown;
  host?: unknown;
  projectApiKey?: unknown;
  personalApiKey?: unknown;
}

/**
 * The `posthog` global.
 * @param respond makes the plugin's Response of what the host fetched
 */
export function makePosthog(host: Host, respond: (response: HostResponse) => unknown) {
  const ask =
    (method: ApiRequest["method"]) =>
    async (path: unknown, options?: ApiOptions | null): Promise<unknown> => {
      const request = toRequest(method, path, options ?? {});
      try {
        return respond(await host.api(request));
      } catch (error) {
        // As node-fetch has it, by which PostHog asked its API.
        if (!(error instanceof GuestError) || error.name !== "NetworkError") throw error;
        throw makeError("FetchError", error.message);
      }
    };
  return {
    async capture(event: unknown, properties: unknown = {}): Promise<void> {
      await host.capture(GuestString(event), stringify(properties) ?? "{}");
    },
    api: { get: ask("get"), post: ask("post"), put: ask("put"), delete: ask("delete") },
  };
}

function toRequest(method: ApiRequest["method"], path: unknown, options: ApiOptions): ApiRequest {
  const { data, host, projectApiKey, personalApiKey } = options;
  const json = stringify(data);
  return {
    method,
    path: GuestString(path),
    ...(json !== undefined && { data: json }),
    ...(isGiven(host) && { host: GuestString(host) }),
    ...(isGiven(projectApiKey) && { projectApiKey: GuestString(projectApiKey) }),
    ...(isGiven(personalApiKey) && { personalApiKey: GuestString(personalApiKey) }),
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
