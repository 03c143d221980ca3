/** @module Interface hoglet:plugin/request **/
export function read(): Context;
export interface Context {
  /**
   * ISO 3166-1, two letters.
   */
  country?: string,
  city?: string,
  /**
   * The subdivision's name, such as `New South Wales`.
   */
  region?: string,
  /**
   * Its ISO 3166-2 code without the country.
   */
  regionCode?: string,
  /**
   * Two letters.
   */
  continent?: string,
  postalCode?: string,
  /**
   * Of the IANA database.
   */
  timeZone?: string,
  /**
   * The number of the autonomous system.
   */
  asn?: number,
  /**
   * Who runs it.
   */
  asOrganization?: string,
  userAgent?: string,
  /**
   * Of Cloudflare's bot management: from 1, certainly a bot, to 99.
   */
  botScore?: number,
  /**
   * What the visitor agreed to, as the site says in the header `x-hoglet-consent`.
   */
  consent?: string,
  /**
   * Whether the browser said `Sec-GPC: 1`, and `DNT: 1`.
   */
  globalPrivacyControl?: boolean,
  doNotTrack?: boolean,
}
