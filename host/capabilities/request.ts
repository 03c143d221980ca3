import type { Capabilities } from "../../wit/generated/contract.ts";
import { NO_REQUEST } from "../capture/request-context.ts";
import type { RequestContext } from "../event.ts";
import type { Invocation } from "../team/plugins/invocation.ts";

type Context = ReturnType<Capabilities["request"]["read"]>;

/** `meta.request`: what travelled with the message. In tasks, jobs and setup, of several events at once, and of events that plugins made, nothing is known. */
export function provideRequest(invocation: Pick<Invocation, "messages">): Capabilities["request"] {
  return {
    read() {
      const [first, ...others] = invocation.messages;
      return contextOf(first && others.length === 0 ? first.request : NO_REQUEST);
    },
  };
}

function contextOf({ userAgent, consent, globalPrivacyControl, doNotTrack, botScore, geo }: RequestContext): Context {
  const { country, city, region, regionCode, continent, postalCode, timeZone, asn, asOrganization } = geo ?? {};
  const fields = {
    country,
    city,
    region,
    regionCode,
    continent,
    postalCode,
    timeZone,
    asn,
    asOrganization,
    userAgent,
    botScore,
    consent,
    globalPrivacyControl,
    doNotTrack,
  } satisfies { [Field in keyof Context]-?: Context[Field] | null | undefined };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
