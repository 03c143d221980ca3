import type { Capabilities } from "../../wit/generated/contract.ts";

/** The fields of `meta.request` that are known. */
export type RequestFields = ReturnType<Capabilities["request"]["read"]>;

/** `meta.request`: the same in every call of a run. */
export function provideRequest(fields: RequestFields): Capabilities["request"] {
  return { read: () => fields };
}
