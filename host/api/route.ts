import type { z } from "zod";
import type { Env } from "../env.ts";
import type { BodyReader } from "./body.ts";
import type { Scope } from "./scope.ts";

/** Whose token opens an operation, at the least: what a team may do its organization may, and the operator may everything. */
export type Role = "team" | "organization" | "operator";
/** What a token has to allow. */
export type Access = "read" | "write";
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One request to the API, checked and let in. */
export interface Call<Subject, Query, Body> {
  env: Env;
  request: Request;
  /** Whatever the handler looks up by an id from outside it looks up here. */
  scope: Scope;
  /** What the path names; it is the caller's own. */
  subject: Subject;
  query: Query;
  body: Body;
  /** The time of the call: milliseconds since the epoch. */
  now: number;
  /** Tells a client that waits how far the call has come. */
  tell(progress: Progress): void;
}

/** A step of something slow, such as `downloading`, with bytes where they are known. */
export interface Progress {
  stage: string;
  bytes?: number;
  total?: number;
}

/** One method of a path: what it takes, who may call it, what it answers. The API's document says the same. */
export interface Declaration<
  Subject,
  Query extends z.ZodType,
  Reader extends BodyReader<unknown>,
  Answer extends z.ZodType,
> {
  /** What it does, in a few words. */
  summary: string;
  description?: string;
  access: Access;
  /** `team` when it is absent. */
  role?: Role;
  query?: Query;
  body?: Reader;
  /** The JSON of the answer; without it, and without `content`, the answer is empty. */
  answer?: Answer;
  /** The media type of an answer that is no JSON. The handler then answers with a Response. */
  content?: string;
  /** 200, or 204 for an empty answer, when it is absent. */
  status?: 201 | 202;
  /**
   * Whether it tells how far it has come to a client that accepts `text/event-stream`: `progress` events, then `result` with the answer, or
   * `problem`.
   */
  hasProgress?: boolean;
  /** Answers a client that accepts `text/event-stream` with events for as long as it listens. Throws ApiError. */
  stream?(call: Call<Subject, z.output<Query>, Body>): Promise<ReadableStream<Uint8Array>>;
  /** Whether the audit log is told: when something is written, unless this says otherwise. */
  isChange?: boolean;
  /** Whether it erases what the path names, of which a part may be erased already: no other operation finds that. */
  isErasure?: boolean;
  /** Throws ApiError and InvalidPluginError. */
  handle(call: Call<Subject, z.output<Query>, BodyOf<Reader>>): Promise<z.input<Answer> | Response>;
}

type BodyOf<Reader extends BodyReader<unknown>> = Awaited<ReturnType<Reader["read"]>>;

/** A declaration whose types were checked. It still has those of what it is sent and answers, for whoever asks it. */
export type Operation<
  Query extends z.ZodType = z.ZodType,
  Reader extends BodyReader<unknown> = BodyReader<unknown>,
  Answer extends z.ZodType = z.ZodType,
> = Omit<Declaration<unknown, Query, Reader, Answer>, "handle" | "stream"> & {
  handle(call: Call<unknown, unknown, unknown>): Promise<unknown>;
  stream?(call: Call<unknown, unknown, unknown>): Promise<ReadableStream<Uint8Array>>;
};

/** Finds what a path names, among what the caller may see. */
export interface Subject<Found> {
  /** @param param the text that stands in the path for a name. Throws ApiError 404. */
  find(scope: Scope, param: (name: string) => string): Promise<Found>;
}

/** A path of the API, such as `/api/plugins/{id}`: parts called `id` or `..._id` are whole numbers, `{path}` takes slashes. */
export interface Route<Path extends string = string, Operations extends OperationsOfPath = OperationsOfPath> {
  path: Path;
  subject: Subject<unknown>;
  operations: Operations;
}

type OperationsOfPath = Readonly<Partial<Record<Method, Operation>>>;

type Declare<Found> = <Query extends z.ZodType, Reader extends BodyReader<unknown, Found>, Answer extends z.ZodType>(
  declaration: Declaration<Found, Query, Reader, Answer>,
) => Operation<Query, Reader, Answer>;

/** Declares a path. Nothing else adds one: so each has its subject looked up, its caller checked and its place in the document. */
export function route<Found, const Path extends string, Operations extends OperationsOfPath>(
  path: Path,
  subject: Subject<Found>,
  operations: (declare: Declare<Found>) => Operations,
): Route<Path, Operations> {
  // What a declaration's handler takes is what its own schemas and subject make.
  return { path, subject, operations: operations((declaration) => declaration as never) };
}

/** Names of the parts of a path that stand for something. */
export function paramsOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

/** Whether a part of a path is a whole number. */
export const isId = (name: string): boolean => name === "id" || name.endsWith("_id");
