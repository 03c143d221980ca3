import type { Capabilities } from "../../wit/generated/contract.ts";
import { inject } from "../secrets/injection.ts";
import type { Injection } from "../secrets/injection.ts";
import { Redactor } from "../secrets/redactor.ts";
import type { Egress } from "./egress.ts";
import { cancellable } from "./fetch-cancel.ts";
import { checkAddresses, checkUrl, literalAddress } from "./fetch-guard.ts";
import type { FetchRules } from "./fetch-guard.ts";
import type { Route } from "./fetch-send.ts";

export interface FetchOptions {
  rules: FetchRules;
  /** The addresses behind a name, where the platform does not keep private networks out of reach itself. */
  lookup?: (hostname: string) => Promise<string[]>;
  /** Secrets that the plugin uses without seeing them. */
  injections?: readonly Injection[];
}

/** `fetch` over the platform's, for a plugin: granted hosts only, public addresses only, within the bounds of its way out. */
export function provideFetch(egress: Pick<Egress, "send">, options: FetchOptions): Capabilities["fetch"] {
  const route = routeOf(options);
  return cancellable((request, cancelled) => egress.send(request, route, cancelled));
}

function routeOf({ rules, lookup, injections = [] }: FetchOptions): Route {
  return {
    dress: (headers, url, isFirstHost) => (isFirstHost ? inject(headers, url, injections) : [...headers]),
    redactor: new Redactor(injections.map(({ value }) => value)),
    async check(text) {
      const url = checkUrl(text, rules);
      if (lookup && literalAddress(url) === undefined) checkAddresses(url.hostname, await lookup(url.hostname), rules);
      return url;
    },
  };
}
