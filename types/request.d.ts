/** `meta.request`: what is known of the request that brought the event. What is not known is null. */
export interface RequestExtension {
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  readonly city: string | null;
  /** The name of the subdivision, such as `New South Wales`. */
  readonly region: string | null;
  /** Its ISO 3166-2 code without the country. */
  readonly regionCode: string | null;
  /** Two letters. */
  readonly continent: string | null;
  readonly postalCode: string | null;
  /** Of the IANA database. */
  readonly timeZone: string | null;
  /** The number of the autonomous system. */
  readonly asn: number | null;
  /** Who runs it. */
  readonly asOrganization: string | null;
  readonly userAgent: string | null;
  /** Of Cloudflare's bot management: from 1, certainly a bot, to 99. */
  readonly botScore: number | null;
  /** What the visitor agreed to, as the site says in the header `x-hoglet-consent`. */
  readonly consent: string | null;
  /** Whether the browser said `Sec-GPC: 1`. */
  readonly globalPrivacyControl: boolean | null;
  /** Whether the browser said `DNT: 1`. */
  readonly doNotTrack: boolean | null;
}
