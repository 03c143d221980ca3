import { expect, test } from "vitest";

import { seal, unseal, UnsealError } from "../../../host/secrets/sealed.ts";

test("a sealed text opens with its key, in its place, and tells nothing", async () => {
  const sealed = await seal("key", "team/1/x", "s\u00e9cret");
  expect(sealed).not.toContain("cret");
  expect(await unseal("key", "team/1/x", sealed)).toBe("s\u00e9cret");
  expect(await seal("key", "team/1/x", "s\u00e9cret")).not.toBe(sealed);
});

test.each([
  ["another key", "other", "team/1/x", (sealed: string) => sealed],
  ["another place", "key", "team/2/x", (sealed: string) => sealed],
  ["a changed text", "key", "team/1/x", (sealed: string) => sealed.slice(0, -4) + "AAAA"],
  ["a cut text", "key", "team/1/x", (sealed: string) => sealed.slice(0, -8)],
  ["no text", "key", "team/1/x", () => ""],
  ["text that was never sealed", "key", "team/1/x", () => "phx_plain"],
  ["an unknown seal", "key", "team/1/x", (sealed: string) => sealed.replace("v1", "v9")],
])("does not open with %s", async (_what, key, place, change) => {
  const sealed = await seal("key", "team/1/x", "secret");
  await expect(unseal(key, place, change(sealed))).rejects.toThrow(UnsealError);
});
