import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { ACCESS_NOTE } from "./principal.ts";
import { isId, type Method, type Operation, paramsOf, type Route } from "./route.ts";

/** What every refusal is like. */
export const problem = z
  .object({
    type: z.enum(["validation_error", "authentication_error", "invalid_request", "server_error"]),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ example: "invalid_input" }),
    detail: z.string().meta({ description: "What is wrong, and what to do about it." }),
    attr: z
      .string()
      .nullable()
      .meta({ description: "The field that is wrong; `config__apiKey` is inside of `config`." }),
    errors: z
      .array(z.object({ attr: z.string().nullable(), detail: z.string() }))
      .optional()
      .meta({ description: "All fields that are wrong, when several are." }),
  })
  .meta({ id: "Problem", description: "RFC 9457, with the members of PostHog's refusals." });

const VERBS: Record<Method, string> = {
  GET: "retrieve",
  POST: "create",
  PUT: "update",
  PATCH: "partial_update",
  DELETE: "destroy",
};

/** What the API is like: an OpenAPI 3.1 document, made of the schemas that check its requests. */
export function openApiDocument(routes: readonly Route[], url: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const { path, operations } of routes)
    paths[path] = Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method.toLowerCase(),
        describe(path, method as Method, operation),
      ]),
    );
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Hoglet",
        version: "1",
        description: `PostHog plugins at the edge: organizations, teams, plugins and their configs. ${ACCESS_NOTE}`,
      },
      servers: [{ url: new URL(url).origin }],
      security: [{ token: [] }],
      components: {
        securitySchemes: {
          token: {
            type: "http",
            scheme: "bearer",
            description: "ADMIN_TOKEN, or a token of an organization or a team",
          },
        },
      },
      paths,
    },
    // Any JSON is what it says.
    { allowEmptySchema: { custom: true } },
  );
}

function describe(path: string, method: Method, operation: Operation): ZodOpenApiOperationObject {
  const params = paramsOf(path);
  const { summary, description, query, body, role = "team", access } = operation;
  return {
    operationId: operationId(path, method, operation),
    tags: [wordsOf(path)[0] ?? ""],
    summary,
    description: [description, `For ${role === "operator" ? "the operator" : `the ${role}`}; ${access}.`]
      .filter((text) => text !== undefined)
      .join(" "),
    requestParams: {
      ...(params.length > 0 && { path: z.object(Object.fromEntries(params.map((name) => [name, paramSchema(name)]))) }),
      ...(query instanceof z.ZodObject && { query }),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(Object.entries(body.content).map(([type, schema]) => [type, { schema }])),
      },
    }),
    responses: {
      [String(statusOf(operation))]: { description: summary, ...contentOf(operation) },
      default: { description: "A refusal", content: { "application/problem+json": { schema: problem } } },
    },
  } as ZodOpenApiOperationObject;
}

const paramSchema = (name: string): z.ZodType => (isId(name) ? z.int().min(0) : z.string());

function contentOf({ answer, content, hasProgress, stream: events }: Operation): object {
  const stream = hasProgress || events ? { "text/event-stream": { schema: z.string() } } : {};
  if (content !== undefined) return { content: { [content]: { schema: answer ?? z.string() } } };
  return answer === undefined ? {} : { content: { "application/json": { schema: answer }, ...stream } };
}

const statusOf = ({ answer, content, status }: Operation): number =>
  status ?? (answer === undefined && content === undefined ? 204 : 200);

/** The parts of a path, without the `api` that most begin with. */
const wordsOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== "api");

/** As PostHog's document names them: `plugin_configs_partial_update`. */
function operationId(path: string, method: Method, { answer }: Operation): string {
  const isList = method === "GET" && answer instanceof z.ZodObject && answer.shape["results"] instanceof z.ZodArray;
  const words = wordsOf(path).filter((part) => !part.startsWith("{"));
  return [...words.map((part) => part.replaceAll("-", "_")), isList ? "list" : VERBS[method]].join("_");
}
