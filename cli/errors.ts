/** The user asked for something that cannot be done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A plugin that could not be loaded. Exit code 1. */
export class LoadError extends Error {
  override readonly name = "LoadError";
  /** The author's file at fault, relative to the plugin's folder; null when it is no single one. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** The same for a person: message, place and code frame. */
  readonly explanation: string;

  constructor(message: string, place: { file: string; line: number | null } | null, explanation = message) {
    super(message);
    this.file = place?.file ?? null;
    this.line = place?.line ?? null;
    this.explanation = explanation;
  }
}

/** One field that a server finds wrong. */
export interface FieldError {
  /** Such as `config__apiKey`; null when it is none in particular. */
  attr: string | null;
  detail: string;
}

interface ApiErrorOptions extends ErrorOptions {
  attr?: string | null;
  code?: string | null;
  status?: number | null;
  errors?: readonly FieldError[];
}

/** A server that refused, or could not be reached. The message is for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The first field that the server finds wrong; null when it names none. */
  readonly attr: string | null;
  /** What kind of refusal it is, such as `setup_failed`; null when the server does not say. */
  readonly code: string | null;
  /** The HTTP status; null when there was no answer, or it broke off. */
  readonly status: number | null;
  /** All that the server finds wrong; none when it does not say. */
  readonly errors: readonly FieldError[];

  constructor(
    message: string,
    { attr = null, code = null, status = null, errors = [], ...options }: ApiErrorOptions = {},
  ) {
    super(message, options);
    this.attr = attr;
    this.code = code;
    this.status = status;
    this.errors = errors;
  }
}
