import { expect } from "vitest";
import { ROUTES } from "../../../host/api/routes.ts";
import { isId, type Method, type Route } from "../../../host/api/route.ts";
import { problem } from "../../../host/api/openapi.ts";

/** Holds an answer of the API against what its document promises of it: every member is named there. */
export function checkAnswer(method: string, url: string, response: Response, json: unknown): void {
  if (response.status >= 400) {
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(problem.strict().safeParse(json).error).toBeUndefined();
    return;
  }
  const path = new URL(url, "https://hoglet.test").pathname.replace(/\/$/, "");
  const route: Route | undefined = ROUTES.find((each) => patternOf(each.path).test(path));
  const operation = route?.operations[(method === "HEAD" ? "GET" : method) as Method];
  if (operation?.answer && operation.content === undefined)
    expect(operation.answer.safeParse(json).error, `${method} ${path}`).toBeUndefined();
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (isId(name) ? "[0-9]+" : name === "path" ? ".+" : "[^/]+"))}$`,
  );
