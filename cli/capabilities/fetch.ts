import { lookup } from "node:dns/promises";

import { checkGranted } from "../../host/capabilities/fetch-guard.ts";
import { provideFetch as provideGuardedFetch } from "../../host/capabilities/fetch.ts";
import type { FetchOptions } from "../../host/capabilities/fetch.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { WayOut } from "./network.ts";

/** `fetch` for a run. What answers instead of the network is not asked for a host that is not granted. */
export function provideFetch(way: WayOut, options: Pick<FetchOptions, "rules" | "injections">): Capabilities["fetch"] {
  const { send, cancel } = provideGuardedFetch(way, { ...options, lookup: addressesOf });
  return {
    cancel,
    async send(request) {
      if (URL.canParse(request.url)) checkGranted(new URL(request.url), options.rules);
      return send(request);
    },
  };
}

async function addressesOf(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}
