import type { z } from "zod";
import type { ROUTES } from "../../build/types/host/api/routes.d.ts";

export type { Progress } from "../../build/types/host/api/route.d.ts";

/** What the API is like, by the paths that it declares. `npm run types:api` writes the types of these declarations. */
type Declared = (typeof ROUTES)[number];

/** A path such as `/api/plugins/{id}`. */
export type ApiPath = Declared["path"];

type OperationsOf<Path extends ApiPath> = Extract<Declared, { path: Path }>["operations"];

/** A method that a path has. */
export type MethodOf<Path extends ApiPath> = keyof OperationsOf<Path> & string;

type OperationOf<Path extends ApiPath, Method extends MethodOf<Path>> = OperationsOf<Path>[Method];

/** What an operation answers; null when it answers nothing. */
export type Answer<Method extends MethodOf<Path>, Path extends ApiPath> =
  OperationOf<Path, Method> extends { answer?: infer Schema }
    ? unknown extends z.output<NonNullable<Schema>>
      ? null
      : z.output<NonNullable<Schema>>
    : never;

/** What an operation is sent: what stands for the names in its path, its query and its body. */
export type Sent<Method extends MethodOf<Path>, Path extends ApiPath> = ParamsOf<Path> &
  QueryOf<OperationOf<Path, Method>> &
  BodyOf<OperationOf<Path, Method>>;

/** The same as the last of some parameters, which may be left out where nothing has to be sent. */
export type SentLast<Method extends MethodOf<Path>, Path extends ApiPath> =
  Record<never, never> extends Sent<Method, Path> ? [sent?: Sent<Method, Path>] : [sent: Sent<Method, Path>];

/** A path whose items can be listed. */
export type ListPath = {
  [Path in ApiPath]: "GET" extends MethodOf<Path>
    ? Answer<"GET", Path> extends { results: readonly unknown[] }
      ? Path
      : never
    : never;
}[ApiPath];

/** One of a list. */
export type Item<Path extends ListPath> =
  "GET" extends MethodOf<Path>
    ? Answer<"GET", Path> extends { results: readonly (infer One extends object)[] }
      ? One
      : never
    : never;

/** What is sent for a list, or for anything else that is only read. */
export type Asked<Path extends ApiPath> = Sent<"GET" & MethodOf<Path>, Path>;

type NameIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NameIn<Rest> : never;

type ParamsOf<Path extends string> = [NameIn<Path>] extends [never]
  ? { params?: never }
  : { params: Record<NameIn<Path>, string | number> };

type QueryOf<Operation> = Operation extends { query?: infer Schema } ? QueryWith<z.input<NonNullable<Schema>>> : never;

type QueryWith<Fields> = unknown extends Fields
  ? { query?: never }
  : Record<never, never> extends Fields
    ? { query?: Texts<Fields> }
    : { query: Texts<Fields> };

/** Which texts make sense is the server's to say, in words. What is undefined is not sent. */
type Texts<Fields> = {
  [Name in keyof Fields]: Record<never, never> extends Pick<Fields, Name>
    ? string | number | undefined
    : string | number;
};

type BodyOf<Operation> = Operation extends { body?: { content: { "application/json": infer Schema } } }
  ? { body: Loose<z.input<Schema>> | FormData }
  : { body?: never };

/** The same for texts of a body. */
type Loose<Fields> = {
  [Name in keyof Fields]: NonNullable<Fields[Name]> extends string
    ? string | Exclude<Fields[Name], string>
    : Fields[Name];
};
