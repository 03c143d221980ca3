import { expect, test } from "vitest";
import { posthogVersionProblem } from "../../../host/plugins/posthog-version.ts";
import { readManifest } from "../../../host/plugins/manifest.ts";

test.each([">= 1.25.0", ">=1.24.0", ">=1.0.0,<2.0.0", "^1.20.0", "*", "==1.43.1"])("%s fits", (range) => {
  expect(posthogVersionProblem(range)).toBeUndefined();
});

test.each([">= 1.44.0", "<1.0.0", "==1.43.0", ">=1.0.0,<1.43.0"])("%s does not fit", (range) => {
  expect(posthogVersionProblem(range)).toContain("does not match this plugin's semantic version requirement");
});

test.each(["", " ", "newest", "1.x.y.z"])("%j is no range", (range) => {
  expect(posthogVersionProblem(range)).toContain(`Invalid PostHog semantic version requirement "${range}"!`);
});

test("a plugin for a later PostHog is refused by name", () => {
  expect(() => readManifest({ name: "P", posthogVersion: ">= 2.0.0" })).toThrow(
    /plugin\.json: posthogVersion: Currently running/,
  );
});
