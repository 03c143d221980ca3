import { HostError } from "../../runtime/host-error.ts";
import { MAX_EVENT_LEVELS, jsonDepth } from "../../runtime/json-depth.ts";
import type { CallScope } from "../../runtime/sandbox-options.ts";
import { parseJson } from "../../wit/codec.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { MAX_BATCH_LENGTH } from "../team/events/batch-length.ts";
import { reserve } from "../team/plugins/invocation.ts";
import type { Invocation } from "../team/plugins/invocation.ts";
import type { Filler } from "../team/follow-ups/follow-ups.ts";
import { UNKNOWN } from "../team/events/outbox.ts";

/** Buffers of one plugin whose objects are kept. */
const MAX_BUFFERS = 100;
/** What one call may add, and have flushed. */
const MAX_REQUESTS = 10_000;
/** What a request costs beside its characters: its rows are written when the call has ended, which takes as long as so much fuel. */
const REQUEST_FUEL = 20_000;
/** Seconds that an object waits for others at most. */
const LONGEST_WAIT = 24 * 60 * 60;

/** What `createBuffer` stands on: objects are in the config's buffer once the call's other results are written. */
export function provideBuffers(
  config: Filler,
  invocation: Invocation,
  scope: Pick<CallScope, "burn">,
): Capabilities["buffers"] {
  const request = () => {
    const { buffers } = invocation.requests;
    if (buffers.length >= MAX_REQUESTS)
      throw new HostError("RangeError", `createBuffer: a call can add at most ${MAX_REQUESTS} objects`);
    scope.burn(REQUEST_FUEL);
    return buffers;
  };
  return {
    add({ number: buffer, limit, timeoutSeconds }, json, points) {
      if (buffer >= MAX_BUFFERS) return false;
      const requests = request();
      if (json.length > MAX_BATCH_LENGTH)
        throw new HostError(
          "RangeError",
          `createBuffer: the object has ${json.length} characters of JSON, at most ${MAX_BATCH_LENGTH} are kept`,
        );
      if (jsonDepth(json) > MAX_EVENT_LEVELS)
        throw new HostError(
          "RangeError",
          `createBuffer: the object has more than ${MAX_EVENT_LEVELS} levels of lists and objects`,
        );
      parseJson(json, "buffers.add(object)");
      reserve(invocation.requests, "createBuffer", json.length);
      const [first, ...others] = invocation.messages;
      const uuid = first && others.length === 0 ? first.event.uuid : UNKNOWN;
      const waitMs = Math.ceil(Math.min(Math.max(timeoutSeconds, 0), LONGEST_WAIT) * 1000);
      requests.push({ config, buffer, added: { uuid, hops: invocation.hops, json }, points, limit, waitMs });
      return true;
    },
    flush(buffer) {
      if (buffer < MAX_BUFFERS) request().push({ config, buffer, added: null });
    },
  };
}
