/** Why one event of a request was not accepted, although others may have been. */
export type RejectionCode =
  | "invalid_event"
  | "invalid_api_key"
  | "missing_distinct_id"
  | "missing_event"
  | "nested_too_deep"
  | "event_too_large";

export interface Rejection {
  /** Position in the request's batch or array; 0 for a single event. */
  index: number;
  code: RejectionCode;
  /** For people: what is wrong. Holds nothing of the event. */
  detail: string;
  /** The beginning of the event's JSON, at most 1 KiB. */
  item: string;
}
