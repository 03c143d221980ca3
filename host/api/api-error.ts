export type ApiErrorType = "validation_error" | "authentication_error" | "invalid_request" | "server_error";

/** What an answer's status means, as problem+json says it. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** One field that is wrong. */
export interface FieldError {
  attr: string | null;
  detail: string;
}

/** Fields that are named in one refusal; a client that has more wrong has another mistake. */
const MAX_ERRORS = 100;

/** A request to the API that is refused: problem+json (RFC 9457) with the members of PostHog's refusals. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly type: ApiErrorType;
  readonly code: string;
  /** The field that is wrong; `config__apiKey` is `apiKey` inside of `config`. */
  readonly attr: string | null;
  /** All fields that are wrong, when several are. */
  readonly errors: readonly FieldError[] | undefined;

  constructor(
    status: number,
    type: ApiErrorType,
    code: string,
    detail: string,
    attr: string | null = null,
    errors?: readonly FieldError[],
  ) {
    super(detail);
    this.status = status;
    this.type = type;
    this.code = code;
    this.attr = attr;
    this.errors = errors;
  }

  /** The answer. */
  response(headers: HeadersInit = {}): Response {
    const all = new Headers(headers);
    all.set("Content-Type", "application/problem+json");
    return new Response(JSON.stringify(this), { status: this.status, headers: all });
  }

  /** The body of the answer. */
  toJSON(): object {
    const { type, status, code, message: detail, attr, errors } = this;
    return { type, title: TITLES[status] ?? "Error", status, code, detail, attr, ...(errors && { errors }) };
  }

  static invalid(
    detail: string,
    attr: string | null,
    code = "invalid_input",
    errors?: readonly FieldError[],
  ): ApiError {
    return new ApiError(400, "validation_error", code, detail, attr, errors);
  }

  /** Names all fields that are wrong at once: the first as `attr`, and each in `errors` when there are several. */
  static fields([first, ...others]: readonly [FieldError, ...FieldError[]], code = "invalid_input"): ApiError {
    if (others.length === 0) return ApiError.invalid(first.detail, first.attr, code);
    const errors = [first, ...others].slice(0, MAX_ERRORS);
    return ApiError.invalid(errors.map(({ detail }) => detail).join(" "), first.attr, code, errors);
  }

  static forbidden(detail: string): ApiError {
    return new ApiError(403, "authentication_error", "permission_denied", detail);
  }

  static notFound(detail: string): ApiError {
    return new ApiError(404, "invalid_request", "not_found", detail);
  }

  /** What is asked for does not go with how things are at the moment. */
  static conflict(detail: string): ApiError {
    return new ApiError(409, "invalid_request", "conflict", detail);
  }

  static notAuthenticated(detail: string): ApiError {
    return new ApiError(401, "authentication_error", "not_authenticated", detail);
  }

  static tooManyRequests(detail: string): ApiError {
    return new ApiError(429, "invalid_request", "throttled", detail);
  }

  static unavailable(detail: string): ApiError {
    return new ApiError(503, "server_error", "service_unavailable", detail);
  }
}
