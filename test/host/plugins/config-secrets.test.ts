import { expect, test } from "vitest";
import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { keepSecrets, maskSecrets, SECRET_PLACEHOLDER } from "../../../host/plugins/config-secrets.ts";

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
