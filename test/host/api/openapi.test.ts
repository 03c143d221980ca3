import { expect, test } from "vitest";
import { ROUTES } from "../../../host/api/routes.ts";
import { call } from "./client.ts";

const nobody = { headers: { Authorization: "" } };

test("the document has every path and method, each with an answer and a refusal", async () => {
  const { status, json } = await call("GET", "/api/openapi.json", undefined, nobody);
  expect(status).toBe(200);
  expect(json["openapi"]).toBe("3.1.0");
  const paths = json["paths"] as Record<string, Record<string, { operationId: string; responses: object }>>;
  expect(Object.keys(paths)).toEqual(ROUTES.map(({ path }) => path));
  const ids = ROUTES.flatMap(({ path, operations }) =>
    Object.keys(operations).map((method) => {
      const described = paths[path]?.[method.toLowerCase()];
      expect(Object.keys(described?.responses ?? {})).toHaveLength(2);
      return described?.operationId;
    }),
  );
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test("names of requests are those that are checked", async () => {
  const { json } = await call("GET", "/api/openapi.json", undefined, nobody);
  const { schemas } = json["components"] as {
    schemas: Record<string, { properties: object; additionalProperties?: unknown }>;
  };
  expect(Object.keys(schemas["NewTeam"]?.properties ?? {})).toContain("organization_id");
  expect(schemas["NewTeam"]?.additionalProperties).toBe(false);
  expect(Object.keys(schemas["PluginConfig"]?.properties ?? {})).toContain("on_error");
});
