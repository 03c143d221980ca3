import { describe, expect, test } from "vitest";
import { HostError } from "../../../../runtime/host-error.ts";
import { FirstReads } from "../../../../host/team/recording/first-reads.ts";
import { Recorder } from "../../../../host/team/recording/recorder.ts";
import type { Egress } from "../../../../host/capabilities/egress.ts";

const request = { url: "https://api.test", method: "GET", headers: [], redirect: "follow" as const };
const route = { check: (url: string) => new URL(url) };
const answering = (body: string): Pick<Egress, "send"> => ({
  send: async ({ url }) => ({
    status: 200,
    statusText: "OK",
    headers: [["a", "1"]],
    url: `${url}/`,
    redirected: false,
    body: new TextEncoder().encode(body),
  }),
});

describe("a recorder", () => {
  test("holds what requests were answered, in their order", async () => {
    const recorder = new Recorder();
    await recorder.watch(answering('{"a":1}')).send(request, route);
    const failing = recorder.watch({
      send: () => Promise.reject(new HostError("NetworkError", "no route")),
    });
    await expect(failing.send(request, route)).rejects.toThrow("no route");
    expect(recorder.answers.mockFetch).toMatchObject([
      { url: "https://api.test", status: 200, json: { a: 1 }, finalUrl: "https://api.test/", times: 1 },
      { networkError: "no route" },
    ]);
    recorder.begin();
    expect(recorder.answers.mockFetch).toEqual([]);
  });

  test("gives up what is too much, and says so", async () => {
    const recorder = new Recorder();
    const way = recorder.watch(answering("x".repeat(150_000)));
    await way.send(request, route);
    await way.send(request, route);
    expect(recorder.answers).toMatchObject({ mockFetch: [], missing: [expect.stringContaining("200000")] });
  });

  test("does not take an answer for the next call's that comes late", async () => {
    const recorder = new Recorder();
    const sent = recorder.watch(answering("late")).send(request, route);
    recorder.begin();
    await sent;
    expect(recorder.answers.mockFetch).toEqual([]);
  });
});

describe("what was there first", () => {
  test("is what the first answer tells, and not what the plugin wrote", () => {
    const reads = new FirstReads("cache");
    if (reads.touch("a")) reads.text("a", '"old"');
    expect(reads.touch("a")).toBe(false);
    if (reads.touch("n")) reads.number("n", 4);
    if (reads.touch("none")) reads.number("none", 0);
    expect(reads.values).toEqual({ a: "old", n: 4 });
    expect(reads.missing).toEqual([]);
  });

  test("of a list is known in part until all of it was read", () => {
    const reads = new FirstReads("cache");
    if (reads.touch("l")) reads.length("l", 2);
    expect(reads.missing).toEqual(["what meta.cache had as l is known in part"]);
    if (reads.touch("l")) reads.list("l", ["a", "b"], true);
    expect(reads).toMatchObject({ values: { l: ["a", "b"] }, missing: [] });
  });

  test("of a setup comes before that of the call, and a change in between is told", () => {
    const [setup, call] = [new FirstReads("storage"), new FirstReads("storage")];
    if (setup.touch("k")) setup.text("k", "1");
    if (call.touch("k")) call.text("k", "2");
    expect(call.after(setup)).toMatchObject({ values: { k: 1 }, missing: [expect.stringContaining("as k")] });
  });
});
