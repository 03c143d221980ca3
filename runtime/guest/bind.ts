import { bridge } from "../../wit/generated/guest.ts";
import type { CapabilityName } from "../../wit/generated/contract.ts";
import type { Surroundings } from "../protocol.ts";
import { deniedCapability } from "./denied.ts";
import type { Host } from "./host.ts";

type Bridge = typeof bridge;
export type Bound<Name extends CapabilityName> = ReturnType<Bridge[Name]>;
export type Bind = <Name extends CapabilityName>(name: Name) => Bound<Name>;

/** Binds what was granted. In place of everything else stands something that says how it would be granted. */
export function bindCapabilities(host: Host, { granted, denials }: Surroundings): Bind {
  return <Name extends CapabilityName>(name: Name) =>
    granted.includes(name)
      ? (bridge[name](host.call) as Bound<Name>)
      : (deniedCapability(denials[name] ?? `${name} is not granted`) as unknown as Bound<Name>);
}
