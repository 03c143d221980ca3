import { MAX_EVENT_BYTES, MAX_EVENTS, MAX_JSON_VALUES, MAX_REQUEST_BYTES } from "./limits.ts";
import type { Rejection } from "./rejection.ts";

type ErrorType = "validation_error" | "authentication_error" | "server_error";

const FIND_KEY = "You can find your project API key in PostHog project settings.";

/**
 * A capture request that is refused as a whole. Status, code and text are those of PostHog's servers, because SDKs
 * choose by status whether to retry and people search the web for the text.
 */
export class CaptureError extends Error {
  override name = "CaptureError";
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string;

  constructor(status: number, type: ErrorType, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.type = type;
    this.code = code;
  }

  /** The JSON that PostHog's SDKs and users know. */
  toJSON(): { type: ErrorType; code: string; detail: string; attr: null } {
    return { type: this.type, code: this.code, detail: this.message, attr: null };
  }

  static noData(): CaptureError {
    return new CaptureError(
      400,
      "validation_error",
      "no_data",
      "No data found. Make sure to use a POST request when sending the payload in the body of the request.",
    );
  }

  static malformed(reason: string): CaptureError {
    return new CaptureError(400, "validation_error", "invalid_payload", `Malformed request data: ${reason}`);
  }

  static invalidJson(reason: string): CaptureError {
    return CaptureError.malformed(`Invalid JSON: ${reason}`);
  }

  static notDecompressed(reason: string): CaptureError {
    return CaptureError.malformed(`Failed to decompress data. ${reason}`);
  }

  static missingKey(): CaptureError {
    return new CaptureError(401, "authentication_error", "missing_api_key", `API key not provided. ${FIND_KEY}`);
  }

  static invalidKey(): CaptureError {
    return new CaptureError(401, "authentication_error", "invalid_api_key", `Project API key invalid. ${FIND_KEY}`);
  }

  static methodNotAllowed(method: string): CaptureError {
    return new CaptureError(405, "validation_error", "method_not_allowed", `Method "${method}" not allowed.`);
  }

  static bodyTooLarge(): CaptureError {
    return tooLarge(
      `The request body is larger than ${MAX_REQUEST_BYTES / 1024 / 1024} MB, before or after decompression.`,
    );
  }

  static tooManyValues(): CaptureError {
    return tooLarge(
      `The request body holds more than ${MAX_JSON_VALUES} JSON values. One event of up to ${MAX_EVENT_BYTES / 1024 / 1024} MB never does.`,
    );
  }

  static tooManyEvents(): CaptureError {
    return tooLarge(`The request holds more than ${MAX_EVENTS} events.`);
  }

  /** For a request without one acceptable event; `rejections` has at least one element. */
  static nothingAccepted(rejections: readonly Rejection[]): CaptureError {
    const reason = rejections.find((rejection) => rejection.code !== "event_too_large");
    return reason === undefined
      ? new CaptureError(413, "validation_error", "event_too_large", rejections[0]?.detail ?? "")
      : new CaptureError(400, "validation_error", reason.code, reason.detail);
  }

  /** Not 429: browsers' SDKs throw away what is answered so, and send again what is answered with 503. */
  static tooManyRequests(): CaptureError {
    return new CaptureError(
      503,
      "server_error",
      "rate_limited",
      "Too many requests came with this project API key. Send the request again in a minute.",
    );
  }

  static unavailable(): CaptureError {
    return new CaptureError(
      503,
      "server_error",
      "service_unavailable",
      "The events could not be stored. Send the request again in a few seconds.",
    );
  }
}

function tooLarge(reason: string): CaptureError {
  return new CaptureError(413, "validation_error", "request_too_large", `${reason} Send smaller batches.`);
}
