import { Egress } from "../../../host/capabilities/egress.ts";
import type { FetchRules } from "../../../host/capabilities/fetch-guard.ts";
import type { PlatformFetch } from "../../../host/capabilities/fetch-send.ts";
import { provideFetch } from "../../../host/capabilities/fetch.ts";
import { provideApi } from "../../../host/capabilities/posthog-api.ts";
import type { PosthogAccount } from "../../../host/capabilities/posthog-api.ts";
import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { splitConfig } from "../../../host/secrets/injection.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import type { Limits } from "../../../runtime/limits.ts";
import type { AttackOptions } from "./attack.ts";

/** A request as it left the house. */
export interface Left {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

export const SECRET = "s3cr/et+key=& one";
export const PERSONAL_KEY = "phx_the-teams-own-key";

/** A field whose value the plugin uses and does not see. */
export const INJECTED: ConfigField = {
  key: "apiKey",
  type: "string",
  secret: true,
  inject: { host: ["api.x.com"], header: "Authorization", format: "Bearer {}" },
};

export const ACCOUNT: PosthogAccount = {
  host: "https://us.i.posthog.com",
  projectApiKey: "phc_team",
  personalApiKey: PERSONAL_KEY,
  howToSet: { host: "set a host", personalApiKey: "set a key" },
};

export interface NetworkOptions {
  rules?: Partial<FetchRules>;
  fields?: ConfigField[];
  limits?: Partial<Limits>;
  account?: PosthogAccount;
  /** Answers a request; 200 and nothing by default. */
  answer?(left: Left): Response | Promise<Response>;
}

/** The guarded ways out over a network in which every request that leaves is remembered: options for `attack`, and what left. */
export function network(options: NetworkOptions = {}): { left: Left[]; options: AttackOptions } {
  const { rules, fields = [INJECTED], limits, account = ACCOUNT, answer = () => new Response() } = options;
  const left: Left[] = [];
  const fetch: PlatformFetch = async (url, init) => {
    const request = new Request(url, init);
    const headers = Object.fromEntries(request.headers);
    const body = new TextDecoder().decode(await request.arrayBuffer());
    const one = { url, method: request.method, headers, body };
    left.push(one);
    return answer(one);
  };
  const { seen, injections } = splitConfig(fields, { apiKey: SECRET });
  return {
    left,
    options: {
      config: seen,
      provide(scope) {
        const egress = new Egress({ limits: { ...DEFAULT_LIMITS, ...limits }, scope, fetch });
        return {
          fetch: provideFetch(egress, { rules: { hosts: "*", loopback: false, ...rules }, injections }),
          posthog: { capture: async () => undefined, api: provideApi(egress, () => account) },
        };
      },
    },
  };
}
