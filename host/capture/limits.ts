import { MAX_EVENT_LEVELS } from "../../runtime/json-depth.ts";

/** What one capture request may cost. PostHog's own limits where it has one. */
const MEBIBYTE = 1024 * 1024;

/** Bytes of one request, on the wire and again after each decompression. */
export const MAX_REQUEST_BYTES = 20 * MEBIBYTE;

/** Bytes up to which a body that is too large is read to its end, so that the client hears why it is refused. */
export const MAX_DISCARDED_BYTES = 64 * MEBIBYTE;

/** UTF-8 bytes of one event's JSON. */
export const MAX_EVENT_BYTES = 2 * MEBIBYTE;

/** Events of one request. Each costs an envelope of its own, so a body of tiny events would grow manyfold. */
export const MAX_EVENTS = 20_000;

/**
 * JSON values of one body, because their memory does not follow from their text: the densest 20 MB of `{}` take 200 MB
 * and more, and an isolate has 128. Measured in V8, a value takes 4 to 52 bytes with the platform's short pointers, most
 * of them for a name that occurs once. Above the 1.4 million that fit into one event of 2 MB, and above what SDKs
 * send in 20 MB, at 14 bytes and more for each value.
 */
export const MAX_JSON_VALUES = 1_500_000;

/** Nesting of one event. Common parsers refuse a whole request at 128 levels, and delivery adds an envelope. */
export const MAX_EVENT_DEPTH = MAX_EVENT_LEVELS;

/** UTF-16 units, as in PostHog. */
export const MAX_DISTINCT_ID_LENGTH = 200;

/** UTF-8 bytes of the excerpt that is kept of a rejected event. */
export const MAX_SAMPLE_BYTES = 1024;

/** Project keys have about 50 characters; a longer one is not worth a look-up. */
export const MAX_TOKEN_LENGTH = 200;

/** The user agent is stored with each event of a request. */
export const MAX_USER_AGENT_LENGTH = 1024;
/** UTF-16 units of the header `x-hoglet-consent`. */
export const MAX_CONSENT_LENGTH = 200;
