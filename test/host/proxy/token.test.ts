import { expect, test } from "vitest";
import { tokenFromRequest } from "../../../host/proxy/token.ts";

test.each([
  ["/api/surveys/?token=phc_a", "phc_a"],
  ["/flags/?v=2&api_key=phc_a", "phc_a"],
  ["/x?token=phc_a&api_key=phc_b", "phc_a"],
  ["/x?token=&api_key=phc_b", "phc_b"],
  ["/array/phc_a/config", "phc_a"],
  ["/array/phc_a/config.js", "phc_a"],
  ["/array/phc%5Fa/array.js", "phc_a"],
  ["/array/phc_a/config?token=phc_b", "phc_b"],
  ["/array/phc_a", null],
  ["/array/%E0%A4%A/config", null],
  ["/static/array.js", null],
  ["/flags/?v=2", null],
  [`/x?token=${"a".repeat(200)}`, "a".repeat(200)],
  [`/x?token=${"a".repeat(201)}`, null],
])("%s names %s", (path, token) => {
  expect(tokenFromRequest(new URL(path, "https://events.test"))).toBe(token);
});
