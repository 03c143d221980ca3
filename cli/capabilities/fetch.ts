import { lookup } from "node:dns/promises";

import type { Egress } from "../../host/capabilities/egress.ts";
import { checkGranted } from "../../host/capabilities/fetch-guard.ts";
import type { FetchRules } from "../../host/capabilities/fetch-guard.ts";
import { provideFetch as provideGuardedFetch } from "../../host/capabilities/fetch.ts";
import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import type { MockFetch } from "../case/schema.ts";
import { mockSender } from "./fetch-mocks.ts";
import { recordOf } from "./fetch-record.ts";
import type { FetchRecord, HostRequest, HostResponse } from "./fetch-record.ts";

/** Where answers come from: a case's mocks, nowhere, or the network. */
export type Network =
  | { kind: "mocked"; mocks: readonly MockFetch[] }
  | { kind: "offline" | "real"; observe?: ObserveFetch | undefined };

/** Is told of each request as it is sent; what it returns is told how the request ended. */
export type ObserveFetch = (request: HostRequest) => (ended: HostResponse | HostError) => void;

/** `fetch` for a run. Every request that was not denied is kept in `records`. */
export function provideFetch(
  network: Network,
  rules: FetchRules,
  egress: Egress,
  records: FetchRecord[],
): Capabilities["fetch"] {
  const send = sender(network, rules, egress);
  return {
    async send(request) {
      const record = recordOf(request);
      records.push(record);
      try {
        if (URL.canParse(request.url)) checkGranted(new URL(request.url), rules);
        const response = await send(request);
        record.status = response.status;
        return response;
      } catch (error) {
        if (error instanceof HostError && error.name === "DeniedError") records.splice(records.indexOf(record), 1);
        throw error;
      }
    },
  };
}

function sender(network: Network, rules: FetchRules, egress: Egress): Capabilities["fetch"]["send"] {
  switch (network.kind) {
    case "mocked":
      return mockSender(network.mocks);
    case "offline":
      return observed(network.observe, async ({ url }) => {
        throw new HostError("NetworkError", `request to ${url} failed, reason: --offline forbids the network`);
      });
    case "real":
      return observed(network.observe, provideGuardedFetch(egress, { rules, lookup: addressesOf }).send);
  }
}

function observed(
  observe: ObserveFetch | undefined,
  send: Capabilities["fetch"]["send"],
): Capabilities["fetch"]["send"] {
  if (!observe) return send;
  return async (request) => {
    const end = observe(request);
    try {
      const response = await send(request);
      end(response);
      return response;
    } catch (error) {
      if (error instanceof HostError) end(error);
      throw error;
    }
  };
}

async function addressesOf(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}
