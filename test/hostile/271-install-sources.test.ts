import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { parsePlace } from "../../host/plugins/sources/place.ts";
import { serversOf } from "../../host/plugins/sources/servers.ts";
import { fetchArchive, newestTag, placeAt } from "../../host/plugins/sources/source.ts";
import { SourceError } from "../../host/plugins/sources/source-error.ts";

const TOKEN = "glpat-of-the-team";
const servers = serversOf({
  NPM_REGISTRY_URL: "https://npm.test",
  GITHUB_BASE_URL: "https://hub.test",
  GITLAB_BASE_URL: "https://lab.test",
});

/** Answers of the servers; a test sets it. */
let answer: (url: URL) => Response;
let left: { url: string; authorization: string | null }[];

beforeEach(() => {
  left = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit);
    left.push({ url: request.url, authorization: request.headers.get("Authorization") });
    return answer(new URL(request.url));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What whoever installs is told. */
async function refusal(text: string, work: typeof fetchArchive | typeof newestTag = fetchArchive): Promise<string> {
  try {
    await work(parsePlace(text, servers).place, { servers, privateToken: TOKEN });
  } catch (error) {
    expect(error).toBeInstanceOf(SourceError);
    expect((error as Error).message).not.toContain(TOKEN);
    return (error as Error).message;
  }
  throw new Error("it was fetched");
}

const redirect = (location: string): Response => new Response(null, { status: 302, headers: { Location: location } });
const release = (dist: object) => Response.json({ version: "1.0.0", dist });

describe("What a registry or a host of repositories says is data.", () => {
  test.each([
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254/latest/meta-data",
    "https://127.0.0.1/",
    "https://localhost:8787/api/plugins",
    "https://10.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://0x7f.1/",
    "https://metadata.google.internal/",
    "http://cdn.test/file.zip",
    "file:///etc/passwd",
    "data:application/zip,x",
  ])("a redirect to %s is not followed", async (location) => {
    answer = () => redirect(location);
    expect(await refusal("https://github.com/a/b/archive/v1.zip")).toContain("is not followed");
    expect(left).toHaveLength(1);
  });

  test.each(["https://10.0.0.1/x.tgz", "http://cdn.test/x.tgz", "file:///x.tgz"])(
    "a package that claims to lie at %s is not fetched",
    async (tarball) => {
      answer = () => release({ tarball, integrity: "sha512-x" });
      expect(await refusal("x@1.0.0")).toContain("is not followed");
      expect(left).toHaveLength(1);
    },
  );

  test("a package's file that is not where one can be has no address", async () => {
    answer = () => release({ tarball: "not an address" });
    expect(await refusal("x@1.0.0")).toContain("names no usable address for x");
  });

  test.each([
    ["another host", "https://cdn.test/x"],
    ["another port of the same host", "https://hub.test:8443/x"],
    ["a host that begins the same", "https://hub.test.evil.test/x"],
  ])("a token does not go to %s", async (_, location) => {
    answer = ({ origin }) => (origin === "https://hub.test" ? redirect(location) : new Response("", { status: 500 }));
    await refusal("https://github.com/a/b/archive/v1.zip");
    expect(left).toEqual([
      { url: "https://hub.test/a/b/archive/v1.zip", authorization: `token ${TOKEN}` },
      { url: location, authorization: null },
    ]);
  });

  test("a token for a package does not go to where another registry keeps its file", async () => {
    answer = ({ origin }) =>
      origin === "https://npm.test" ? release({ tarball: "https://cdn.test/x.tgz" }) : new Response("x");
    expect(await refusal("x@1.0.0")).toContain("gives no integrity");
    expect(left.at(-1)).toEqual({ url: "https://cdn.test/x.tgz", authorization: null });
  });

  test.each(["__proto__", "constructor", "toString"])("a tag called %s is none", async (tag) => {
    answer = () => Response.json({ versions: {}, "dist-tags": {} });
    expect(await refusal(`x@${tag}`)).toContain(`x has no version ${tag}`);
  });

  test("a commit that is a path, or code, is none", async () => {
    for (const sha of ["../../../other/repo/archive/x", "<script>", "", 7]) {
      answer = () => Response.json([{ sha, id: sha }]);
      expect(await refusal("https://github.com/a/b")).toContain("Could not get latest commit");
      expect(await refusal("https://gitlab.com/a/b", newestTag)).toContain("Could not get latest commit");
    }
  });

  test.each(["../../../other/repo/archive/x", "v1?x=y", "v1%2f..", "a//b", "", 7])(
    "a release called %j is none",
    async (name) => {
      answer = () => Response.json({ tag_name: name });
      expect(await refusal("https://github.com/a/b/releases/latest")).toContain("Could not get latest release");
      expect(await refusal("https://gitlab.com/a/b/-/releases", newestTag)).toContain("Could not get latest release");
    },
  );

  test("no version that somebody asks for leads elsewhere", () => {
    for (const text of ["https://github.com/a/b", "https://gitlab.com/a/b", "x"])
      for (const tag of ["../../c/d", "a/../b", "v1?x=y", "a\nb"])
        expect(() => placeAt(parsePlace(text, servers).place, tag)).toThrow(SourceError);
  });

  test.each([
    ["1e300", "for a while"],
    ["-5", "for a while"],
    ["soon", "for a while"],
    ["1800000000", "until 2027-01-15T08:00:00.000Z"],
  ])("a limit that ends at %s", async (reset, until) => {
    answer = () => new Response("", { status: 429, headers: { "X-RateLimit-Reset": reset, "Retry-After": reset } });
    expect(await refusal("https://gitlab.com/a/b")).toContain(`takes no more requests from here ${until}`);
  });

  test("integrity that is empty, of an unknown kind or another file's installs nothing", async () => {
    const bytes = new TextEncoder().encode("not what was published");
    for (const dist of [
      {},
      { integrity: "" },
      { integrity: "md5-abc" },
      { integrity: "sha512-" },
      { integrity: "sha512-AAAA" },
      { shasum: "0" },
    ]) {
      answer = ({ pathname }) =>
        pathname.endsWith(".tgz") ? new Response(bytes) : release({ tarball: "https://npm.test/x.tgz", ...dist });
      expect(await refusal("x@1.0.0")).toMatch(/gives no integrity|is not what the registry says/);
    }
  });

  test("an unending answer to a question is not read to its end", async () => {
    answer = () =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20)) }),
      );
    expect(await refusal("https://github.com/a/b")).toContain("is larger than");
  });

  test("an unchanged answer to one who has not asked before is none", async () => {
    answer = () => new Response(null, { status: 304 });
    expect(await refusal("https://github.com/a/b", newestTag)).toContain("answered with 304");
  });
});
