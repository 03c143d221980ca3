import { expect, test } from "vitest";
import { parsePlace as parseIn } from "../../../../host/plugins/sources/place.ts";
import { readingsOf } from "../../../../host/plugins/sources/repository-place.ts";
import { serversOf } from "../../../../host/plugins/sources/servers.ts";

const parsePlace = (text: string, env = {}) => parseIn(text, serversOf(env));

const npm = (name: string, version = "latest") => ({
  kind: "npm",
  name,
  version,
  url: `https://www.npmjs.com/package/${name}`,
});
type Follows = "branch" | "release" | null;
const github = (ref: string | null, follows: Follows, folder: string | null = null, behind = "") => ({
  kind: "github",
  project: "PostHog/some.plugin",
  ref,
  follows,
  folder,
  url: `https://github.com/PostHog/some.plugin${behind}`,
});
const gitlab = (project: string, ref: string | null, follows: Follows, behind = "", folder: string | null = null) => ({
  kind: "gitlab",
  project,
  ref,
  follows,
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
  ["https://github.com/PostHog/some.plugin", github(null, "branch")],
  ["http://www.github.com/PostHog/some.plugin.git/", github(null, "branch")],
  [`https://github.com/PostHog/some.plugin/commit/${SHA}`, github(SHA, null)],
  ["https://github.com/PostHog/some.plugin/tree/dev", github("dev", "branch", null, "/tree/dev")],
  [
    "https://github.com/PostHog/some.plugin/tree/dev/packages/a",
    github("dev", "branch", "packages/a", "/tree/dev/packages/a"),
  ],
  [`https://github.com/PostHog/some.plugin/tree/${SHA}/a`, github(SHA, null, "a", "/tree/HEAD/a")],
  ["https://github.com/PostHog/some.plugin/tree/HEAD", github(null, "branch")],
  ["https://github.com/PostHog/some.plugin/tree/HEAD/a", github(null, "branch", "a", "/tree/HEAD/a")],
  ["https://github.com/PostHog/some.plugin/tree/x%2Fy/a", github("x/y", "branch", "a", "/tree/x%2Fy/a")],
  ["https://github.com/PostHog/some.plugin#readme", github(null, "branch")],
  ["git+https://github.com/PostHog/some.plugin.git", github(null, "branch")],
  ["git@github.com:PostHog/some.plugin.git", github(null, "branch")],
  ["ssh://git@github.com/PostHog/some.plugin.git", github(null, "branch")],
  ["github:PostHog/some.plugin", github(null, "branch")],
  ["https://github.com/PostHog/some.plugin/releases", github(null, "release", null, "/releases/latest")],
  ["https://github.com/PostHog/some.plugin/releases/latest", github(null, "release", null, "/releases/latest")],
  ["https://github.com/PostHog/some.plugin/releases/tag/v1.0.0", github("v1.0.0", null)],
  ["https://github.com/PostHog/some.plugin/archive/1.2.zip", github("1.2", null)],
  ["https://github.com/PostHog/some.plugin/archive/refs/tags/1.2.tar.gz", github("1.2", null)],
  ["https://gitlab.com/group/project", gitlab("group/project", null, "branch")],
  ["https://gitlab.com/group/sub/deep/project.git", gitlab("group/sub/deep/project", null, "branch")],
  ["https://gitlab.com/group/project/-/tree/main", gitlab("group/project", "main", "branch", "/-/tree/main")],
  [
    "https://gitlab.com/group/project/-/tree/main/a/b",
    gitlab("group/project", "main", "branch", "/-/tree/main/a/b", "a/b"),
  ],
  ["https://gitlab.com/group/project/-/tags/v1", gitlab("group/project", "v1", null)],
  ["https://gitlab.com/group/project/-/releases/v1", gitlab("group/project", "v1", null)],
  [
    "https://gitlab.com/group/project/-/releases",
    gitlab("group/project", null, "release", "/-/releases/permalink/latest"),
  ],
  ["https://gitlab.com/group/project/-/archive/v1/project-v1.tar.gz", gitlab("group/project", "v1", null)],
  ["git@gitlab.com:group/sub/project.git", gitlab("group/sub/project", null, "branch")],
  [`https://gitlab.com/group/project/-/commit/${SHA}`, gitlab("group/project", SHA, null)],
])("%s is understood", (text, place) => {
  expect(parsePlace(text)).toEqual({ place, privateToken: null });
});

test("a token in the query string is no part of the place", () => {
  expect(parsePlace("https://github.com/PostHog/some.plugin?private_token=abc")).toEqual({
    place: github(null, "branch"),
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
  "https://github.com/a/b/archive/..%2f..%2fc.zip",
  "https://gitlab.com/a/b/-/archive/v1.zip",
  "https://gitlab.com/a/b/-/tags/..%2f..%2fc",
  "https://www.npmjs.com/package/x/v/%zz",
  "https://gitlab.com/alone",
  "https://gitlab.com/a/b/-/tree/",
  "https://www.npmjs.com/~somebody",
])("%s is no page of one", (text) => {
  expect(() => parsePlace(text)).toThrow("is no page of a repository or package");
});

test("each of the places that a page was read as is read as the same from its own address", () => {
  for (const page of ["tree/HEAD/a", "tree/x%2Fy%23z/a%20b/c", `tree/${SHA}/a`, "releases"]) {
    const { place } = parsePlace(`https://github.com/a/b/${page}`);
    expect(parsePlace(place.url).place).toMatchObject({ url: place.url });
  }
});

test("a branch with slashes is looked for after shorter ones", () => {
  const { place } = parsePlace("https://gitlab.com/a/b/-/tree/feature/x/folder");
  expect(place.kind === "npm" || readingsOf(place)).toEqual([
    gitlab("a/b", "feature", "branch", "/-/tree/feature/x/folder", "x/folder"),
    gitlab("a/b", "feature/x", "branch", "/-/tree/feature%2Fx/folder", "folder"),
    gitlab("a/b", "feature/x/folder", "branch", "/-/tree/feature%2Fx%2Ffolder"),
  ]);
});

test("pages of the operator's own servers are places on them", () => {
  const env = { GITHUB_BASE_URL: "https://git.corp.test/hub/", GITLAB_BASE_URL: "http://localhost:8080" };
  expect(parsePlace("https://git.corp.test/hub/a/b/tree/dev", env).place).toEqual({
    ...github("dev", "branch"),
    project: "a/b",
    url: "https://git.corp.test/hub/a/b/tree/dev",
  });
  expect(parsePlace("http://localhost:8080/a/b/c", env).place).toMatchObject({ kind: "gitlab", project: "a/b/c" });
  expect(() => parsePlace("https://git.corp.test/other/a/b", env)).toThrow("Must be a GitHub/GitLab repository");
  // What is both cannot be told apart.
  const both = { GITHUB_BASE_URL: "https://git.corp.test", GITLAB_BASE_URL: "https://git.corp.test" };
  expect(() => parsePlace("https://git.corp.test/a/b", both)).toThrow("Must be a GitHub/GitLab repository");
});

test.each(["http://git.corp.test", "ftp://localhost", "git.corp.test", "http://10.0.0.1"])(
  "%s is no server to get plugins from",
  (address) => {
    expect(() => serversOf({ GITLAB_BASE_URL: address })).toThrow("GITLAB_BASE_URL has to be an address such as");
  },
);

test("no error repeats a secret", () => {
  const secret = "glpat-s3cret";
  for (const text of [
    `https://user:${secret}@github.com/a/b`,
    `https://${secret}@github.com/a/b`,
    `https://user:${secret}@bitbucket.org/a/b`,
    `https://bitbucket.org/a/b?private_token=${secret}`,
    `https://github.com/a/b?private_token=${secret}%0Ax`,
    `https://github.com/a?private_token=${secret}`,
  ]) {
    expect(() => parsePlace(text)).toThrow();
    expect(() => parsePlace(text)).not.toThrow(secret);
  }
});
