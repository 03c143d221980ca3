import type { Capabilities } from "../../wit/generated/contract.ts";

type Send = Capabilities["fetch"]["send"];
type HostRequest = Parameters<Send>[0];

/**
 * Makes a capability of what sends one request: the guest may cancel it.
 * @param send is given what ends a request that may be cancelled
 */
export function cancellable(
  send: (request: HostRequest, cancelled?: AbortSignal) => ReturnType<Send>,
): Capabilities["fetch"] {
  const underWay = new Map<number, AbortController>();
  return {
    async send(request) {
      const { id } = request;
      if (id === undefined) return await send(request);
      const cancelled = new AbortController();
      underWay.set(id, cancelled);
      try {
        return await send(request, cancelled.signal);
      } finally {
        if (underWay.get(id) === cancelled) underWay.delete(id);
      }
    },
    cancel(id) {
      underWay.get(id)?.abort();
    },
  };
}
