import type { CallScope } from "../../runtime/sandbox-options.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

type Send = Capabilities["fetch"]["send"];
type HostRequest = Parameters<Send>[0];

/** Makes a capability of what sends one request: the guest may cancel it, and the end of the call does. */
export function cancellable(
  scope: Pick<CallScope, "signal">,
  send: (request: HostRequest, signal: AbortSignal) => ReturnType<Send>,
): Capabilities["fetch"] {
  const underWay = new Map<number, AbortController>();
  return {
    async send(request) {
      const { id } = request;
      if (id === undefined) return await send(request, scope.signal);
      const cancelled = new AbortController();
      underWay.set(id, cancelled);
      try {
        return await send(request, AbortSignal.any([scope.signal, cancelled.signal]));
      } finally {
        if (underWay.get(id) === cancelled) underWay.delete(id);
      }
    },
    cancel(id) {
      underWay.get(id)?.abort();
    },
  };
}
