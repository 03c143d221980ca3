import type { Capabilities } from "../../../wit/generated/contract.ts";
import { defineProperty, hasOwn, keys } from "../primordials.ts";

type Context = ReturnType<Capabilities["request"]["read"]>;

const FIELDS: Record<keyof Context, true> = {
  country: true,
  city: true,
  region: true,
  regionCode: true,
  continent: true,
  postalCode: true,
  timeZone: true,
  asn: true,
  asOrganization: true,
  userAgent: true,
  botScore: true,
  consent: true,
  globalPrivacyControl: true,
  doNotTrack: true,
};

/**
 * `meta.request`. What is not known is null.
 * @param isGranted whether the fields show when the object is listed or written out; where they do not, only who asks for one is told so
 */
export function makeRequest(host: Capabilities["request"], isGranted: boolean): object {
  const request = {};
  for (const name of keys(FIELDS) as (keyof Context)[])
    defineProperty(request, name, {
      __proto__: null,
      get: () => {
        const known = host.read();
        return hasOwn(known, name) ? known[name] : null;
      },
      enumerable: isGranted,
      configurable: true,
    } as PropertyDescriptor);
  return request;
}
