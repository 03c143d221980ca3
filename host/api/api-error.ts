export type ApiErrorType = "validation_error" | "authentication_error" | "invalid_request" | "server_error";

/** A request to the API that is refused, in the layout of PostHog's refusals. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly type: ApiErrorType;
  readonly code: string;
  /** The field that is wrong; `config__apiKey` is `apiKey` inside of `config`. */
  readonly attr: string | null;

  constructor(status: number, type: ApiErrorType, code: string, detail: string, attr: string | null = null) {
    super(detail);
    this.status = status;
    this.type = type;
    this.code = code;
    this.attr = attr;
  }

  /** The body of the answer. */
  toJSON(): { type: ApiErrorType; code: string; detail: string; attr: string | null } {
    return { type: this.type, code: this.code, detail: this.message, attr: this.attr };
  }

  static invalid(detail: string, attr: string | null, code = "invalid_input"): ApiError {
    return new ApiError(400, "validation_error", code, detail, attr);
  }

  static notFound(detail: string): ApiError {
    return new ApiError(404, "invalid_request", "not_found", detail);
  }

  static notAuthenticated(detail: string): ApiError {
    return new ApiError(401, "authentication_error", "not_authenticated", detail);
  }

  static unavailable(detail: string): ApiError {
    return new ApiError(503, "server_error", "service_unavailable", detail);
  }
}
