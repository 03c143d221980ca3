import { expect, test } from "vitest";
import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { carriedOver, keepSecrets, maskSecrets, SECRET_PLACEHOLDER } from "../../../host/plugins/config-secrets.ts";

const fields: ConfigField[] = [
  { markdown: "# Hi", secret: true },
  { key: "apiKey", type: "string", secret: true },
  { key: "host", type: "string" },
];

test("readers see whether a secret is set, not what it is", () => {
  expect(maskSecrets(fields, { apiKey: "s3cret", host: "h" })).toEqual({ apiKey: SECRET_PLACEHOLDER, host: "h" });
  expect(maskSecrets(fields, { apiKey: "", host: "h" })).toEqual({ apiKey: "", host: "h" });
  expect(maskSecrets(fields, { host: "h" })).toEqual({ host: "h" });
});

test("an update keeps, replaces or clears a secret", () => {
  const stored = { apiKey: "s3cret", host: "h" };
  for (const update of [{}, { apiKey: null }, { apiKey: SECRET_PLACEHOLDER }])
    expect(keepSecrets(fields, stored, update)).toEqual({ apiKey: "s3cret" });
  expect(keepSecrets(fields, stored, { apiKey: "new", host: "x" })).toEqual({ apiKey: "new", host: "x" });
  expect(keepSecrets(fields, stored, { apiKey: "" })).toEqual({ apiKey: "" });
  expect(keepSecrets(fields, {}, { apiKey: SECRET_PLACEHOLDER, host: "x" })).toEqual({ host: "x" });
});

test("a secret does not go along to a version that would show it, or send it elsewhere", () => {
  const inject = { host: ["api.x.com"], header: "Authorization", format: "Bearer {}" };
  const from: ConfigField[] = [{ key: "apiKey", type: "string", secret: true, inject }];
  const stored = { apiKey: "s3cret", host: "h" };
  const to = (field: Partial<ConfigField> | undefined) =>
    carriedOver(from, field ? [{ key: "apiKey", type: "string", ...field }] : [], stored);
  expect(to({ secret: true, inject: { ...inject, host: ["api.x.com"] } })).toEqual({ config: stored, left: [] });
  for (const field of [
    undefined,
    {},
    { secret: false },
    { secret: true },
    { secret: true, inject: { ...inject, host: ["api.x.com", "evil.com"] } },
    { secret: true, inject: { ...inject, host: ["*.x.com"] } },
    { secret: true, inject: { ...inject, header: "X-Log" } },
    { secret: true, inject: { ...inject, format: "{}" } },
  ])
    expect(to(field)).toEqual({ config: { host: "h" }, left: ["apiKey"] });
  expect(carriedOver(fields, from, stored)).toEqual({ config: stored, left: [] });
  expect(carriedOver(from, [], { apiKey: "", host: "h" }).left).toEqual([]);
});
