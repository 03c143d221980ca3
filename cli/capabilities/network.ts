import { STATUS_CODES } from "node:http";

import type { Egress } from "../../host/capabilities/egress.ts";
import { HostError } from "../../runtime/host-error.ts";
import type { MockFetch } from "../../host/cases/mock-fetch.ts";
import { mockSender } from "../../host/cases/mock-sender.ts";
import { recordOf } from "./fetch-record.ts";
import type { FetchRecord, HostRequest, HostResponse } from "./fetch-record.ts";

/** Where answers come from: a case's mocks, nowhere, or the network. */
export type Network =
  | { kind: "mocked"; mocks: readonly MockFetch[] }
  | { kind: "offline" | "real"; observe?: ObserveFetch | undefined };

/** Is told of each request as it is sent; what it returns is told how the request ended. */
export type ObserveFetch = (request: HostRequest) => (ended: HostResponse | HostError) => void;

/** The way out of a plugin, as capabilities use it. */
export type WayOut = Pick<Egress, "send">;

/**
 * The way out of the plugin in a run. Every request that was not denied is kept in `records`.
 * @param egress the way into the real network
 */
export function openNetwork(network: Network, egress: Egress, records: FetchRecord[]): WayOut {
  const { send } = wayInto(network, egress);
  return {
    async send(request, route, cancelled) {
      const record = recordOf(request);
      records.push(record);
      try {
        const response = await send(request, route, cancelled);
        record.status = response.status;
        return response;
      } catch (error) {
        if (error instanceof HostError && error.name === "DeniedError") records.splice(records.indexOf(record), 1);
        throw error;
      }
    },
  };
}

function wayInto(network: Network, egress: Egress): WayOut {
  switch (network.kind) {
    case "mocked":
      return { send: mockSender(network.mocks, { list: "the case's mockFetch", statusTexts: STATUS_CODES }) };
    case "offline":
      return observed(network.observe, {
        async send({ url }) {
          throw new HostError("NetworkError", `request to ${url} failed, reason: --offline forbids the network`);
        },
      });
    case "real":
      return observed(network.observe, egress);
  }
}

function observed(observe: ObserveFetch | undefined, way: WayOut): WayOut {
  return {
    async send(request, route, cancelled) {
      const end = observe?.(request);
      try {
        const response = await way.send(request, route, cancelled);
        end?.(response);
        return response;
      } catch (error) {
        if (error instanceof HostError) end?.(error);
        throw error;
      }
    },
  };
}
