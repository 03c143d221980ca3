import { expect, test } from "vitest";
import { parsePlace } from "../../../../host/plugins/sources/place.ts";

const npm = (name: string, version = "latest") => ({
  kind: "npm",
  name,
  version,
  url: `https://www.npmjs.com/package/${name}`,
});
const github = (ref: string | null, isBranch: boolean, folder: string | null = null, behind = "") => ({
  kind: "github",
  project: "PostHog/some.plugin",
  ref,
  isBranch,
  folder,
  url: `https://github.com/PostHog/some.plugin${behind}`,
});
const gitlab = (project: string, ref: string | null, isBranch: boolean, behind = "", folder: string | null = null) => ({
  kind: "gitlab",
  project,
  ref,
  isBranch,
  folder,
  url: `https://gitlab.com/${project}${behind}`,
});
const SHA = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["posthog-plugin", npm("posthog-plugin")],
  [" @posthog/geoip-plugin ", npm("@posthog/geoip-plugin")],
  ["@posthog/geoip-plugin@0.0.7", npm("@posthog/geoip-plugin", "0.0.7")],
  ["npm:x@^1.2.0", npm("x", "^1.2.0")],
  ["x@next", npm("x", "next")],
  ["https://www.npmjs.com/package/@posthog/geoip-plugin", npm("@posthog/geoip-plugin")],
  ["https://npmjs.com/package/x/v/1.0.0-beta.1/", npm("x", "1.0.0-beta.1")],
  ["npmjs.com/package/x", npm("x")],
  ["https://github.com/PostHog/some.plugin", github(null, true)],
  ["http://www.github.com/PostHog/some.plugin.git/", github(null, true)],
  [`https://github.com/PostHog/some.plugin/commit/${SHA}`, github(SHA, false)],
  ["https://github.com/PostHog/some.plugin/tree/dev", github("dev", true, null, "/tree/dev")],
  [
    "https://github.com/PostHog/some.plugin/tree/dev/packages/a",
    github("dev", true, "packages/a", "/tree/dev/packages/a"),
  ],
  [`https://github.com/PostHog/some.plugin/tree/${SHA}/a`, github(SHA, false, "a")],
  ["https://github.com/PostHog/some.plugin/releases/tag/v1.0.0", github("v1.0.0", false)],
  ["https://github.com/PostHog/some.plugin/archive/1.2.zip", github("1.2", false)],
  ["https://github.com/PostHog/some.plugin/archive/refs/tags/1.2.tar.gz", github("1.2", false)],
  ["https://gitlab.com/group/project", gitlab("group/project", null, true)],
  ["https://gitlab.com/group/sub/deep/project.git", gitlab("group/sub/deep/project", null, true)],
  ["https://gitlab.com/group/project/-/tree/main", gitlab("group/project", "main", true, "/-/tree/main")],
  [
    "https://gitlab.com/group/project/-/tree/main/a/b",
    gitlab("group/project", "main", true, "/-/tree/main/a/b", "a/b"),
  ],
  ["https://gitlab.com/group/project/-/tags/v1", gitlab("group/project", "v1", false)],
  [`https://gitlab.com/group/project/-/commit/${SHA}`, gitlab("group/project", SHA, false)],
])("%s is understood", (text, place) => {
  expect(parsePlace(text)).toEqual({ place, privateToken: null });
});

test("a token in the query string is no part of the place", () => {
  expect(parsePlace("https://github.com/PostHog/some.plugin?private_token=abc")).toEqual({
    place: github(null, true),
    privateToken: "abc",
  });
});

test.each([
  "",
  "Not A Name",
  "@scope",
  "../etc/passwd",
  "https://bitbucket.org/a/b",
  "https://github.example.com/a/b",
  "https://github.com.evil.test/a/b",
  "https://evil.test/github.com/a/b",
  "ftp://github.com/a/b",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data",
])("%j must be a repository or package", (text) => {
  expect(() => parsePlace(text)).toThrow("Must be a GitHub/GitLab repository or npm package URL!");
});

test.each([
  "https://github.com/PostHog",
  "https://github.com/PostHog/some/blob/main/index.js",
  "https://github.com/../..",
  "https://github.com/a/b/commit/nothex",
  "https://github.com/a/b/tree/main/..%2f..%2fc",
  "https://gitlab.com/alone",
  "https://gitlab.com/a/b/-/tree/",
  "https://www.npmjs.com/~somebody",
])("%s is no page of one", (text) => {
  expect(() => parsePlace(text)).toThrow("is no page of a repository or package");
});
