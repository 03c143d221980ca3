import { expect, test } from "vitest";

import type { ConfigField } from "../../../host/plugins/config-schema.ts";
import { inject, isInjectable, splitConfig } from "../../../host/secrets/injection.ts";

const rule = { host: ["api.x.com", "*.y.com"], header: "X-Key", format: "key={}" };
const FIELDS: ConfigField[] = [
  { key: "used", type: "string", secret: true, inject: rule },
  { key: "seen", type: "string", secret: true },
  { key: "host", type: "string" },
  { markdown: "# Hi", secret: true },
];

test("a plugin sees a text in place of what is injected, and everything else as it is", () => {
  const { seen, values, injections } = splitConfig(FIELDS, { used: "s3cret", seen: "known", host: "h", extra: 1 });
  expect(seen).toEqual({ used: "{{secret:used}}", seen: "known", host: "h", extra: 1 });
  expect(values).toEqual(["s3cret", "known"]);
  expect(injections).toEqual([{ key: "used", value: "s3cret", ...rule }]);
});

test("a choice is no secret", () => {
  const fields: ConfigField[] = [{ key: "mode", type: "choice", choices: ["Yes", "No"], secret: true }];
  expect(splitConfig(fields, { mode: "Yes" })).toEqual({ seen: { mode: "Yes" }, values: [], injections: [] });
});

test("what was not entered is not there", () => {
  expect(splitConfig(FIELDS, { used: "" })).toEqual({ seen: { used: "" }, values: [], injections: [] });
  expect(splitConfig(FIELDS, {})).toEqual({ seen: {}, values: [], injections: [] });
});

test("the value stands in the format, whatever it is made of", () => {
  const { injections } = splitConfig(FIELDS, { used: "a$&b{}$1" });
  const headers = (url: string, value: string) => inject([["x-key", value]], new URL(url), injections)[0]?.[1];
  for (const url of ["https://api.x.com/", "https://api.x.com:8443/", "https://a.b.y.com/", "https://API.x.com./"])
    for (const value of ["{{secret:used}}", "key={{secret:used}}"]) expect(headers(url, value)).toBe("key=a$&b{}$1");
  for (const url of ["http://api.x.com/", "https://y.com/", "https://x.com/", "https://xapi.x.com/"])
    expect(headers(url, "{{secret:used}}")).toBe("{{secret:used}}");
});

test("goes to the machine itself without TLS", () => {
  const { injections } = splitConfig(
    [{ key: "used", type: "string", secret: true, inject: { ...rule, host: ["localhost", "127.0.0.1:81"] } }],
    { used: "s3cret" },
  );
  const value = (url: string) => inject([["X-KEY", "{{secret:used}}"]], new URL(url), injections)[0]?.[1];
  expect(value("http://localhost:1234/")).toBe("key=s3cret");
  expect(value("http://127.0.0.1:81/")).toBe("key=s3cret");
  expect(value("http://127.0.0.1:82/")).toBe("{{secret:used}}");
});

test("a value that cannot be sent is refused, not told", () => {
  for (const value of ["short", " blanks around ", "a line\nand one", "\u00fcmlaut", "emoji 🦔"]) {
    expect(isInjectable(value)).toBe(false);
    const { injections } = splitConfig(FIELDS, { used: value });
    const send = () => inject([["x-key", "{{secret:used}}"]], new URL("https://api.x.com/"), injections);
    expect(send).toThrow("the value of config.used cannot be sent in a header");
  }
  expect(isInjectable("sk live-1+/=")).toBe(true);
});
