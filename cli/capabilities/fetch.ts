import { lookup } from "node:dns/promises";

import { checkGranted } from "../../host/capabilities/fetch-guard.ts";
import type { AllowedHosts } from "../../host/capabilities/fetch-guard.ts";
import { provideFetch as provideGuardedFetch } from "../../host/capabilities/fetch.ts";
import { HostError } from "../../runtime/host-error.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
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
  allowed: AllowedHosts,
  scope: CallScope,
  records: FetchRecord[],
): Capabilities["fetch"] {
  const { send, cancel } = connect(network, allowed, scope);
  return {
    cancel,
    async send(request) {
      const record = recordOf(request);
      records.push(record);
      try {
        if (URL.canParse(request.url)) checkGranted(new URL(request.url), allowed);
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

function connect(network: Network, allowed: AllowedHosts, scope: CallScope): Capabilities["fetch"] {
  switch (network.kind) {
    case "mocked":
      return { send: mockSender(network.mocks), cancel: nothingUnderWay };
    case "offline":
      return {
        send: observed(network.observe, async ({ url }) => {
          throw new HostError("NetworkError", `request to ${url} failed, reason: --offline forbids the network`);
        }),
        cancel: nothingUnderWay,
      };
    case "real": {
      const { send, cancel } = provideGuardedFetch({ allowed, scope, lookup: addressesOf });
      return { send: observed(network.observe, send), cancel };
    }
  }
}

/** What answers at once is over before it could be cancelled. */
const nothingUnderWay = (): void => undefined;

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
