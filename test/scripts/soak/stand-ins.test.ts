import { createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";

import { mostAtOnce } from "../../../scripts/soak/balance.ts";
import { startGitHub } from "../../../scripts/soak/github.ts";
import { startTraffic } from "../../../scripts/soak/traffic.ts";
import { listen } from "../../support/listen.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

test("GitHub's stand-in tells one run from another, and sees those that overlap", async () => {
  const github = await startGitHub(20);
  open.push(github);
  const ask = async (path = "/repos/PostHog/posthog") => fetch(`http://${github.host}${path}`);
  const stars = async () => ((await (await ask()).json()) as { stargazers_count: number }).stargazers_count;
  expect([await stars(), await stars()]).toEqual([1, 2]);
  expect(mostAtOnce(github.runs)).toBe(1);
  await Promise.all([stars(), stars()]);
  expect(mostAtOnce(github.runs)).toBe(2);
  expect((await ask("/repos/PostHog/other")).status).toBe(404);
  expect(github.runs).toHaveLength(4);
});

test("traffic counts what was answered with 200, and says how the rest ended", async () => {
  const statuses = [200, 503, 200];
  const bodies: { api_key: string; batch: { uuid: string }[] }[] = [];
  const server = await listen(
    createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        response.writeHead(statuses[bodies.length] ?? 200).end("said");
        bodies.push(JSON.parse(body) as (typeof bodies)[number]);
      });
    }),
  );
  open.push(server);
  const traffic = startTraffic(server.url, "phc_soak");
  await vi.waitFor(() => expect(bodies.length).toBeGreaterThanOrEqual(statuses.length), 10_000);
  const { accepted, refused } = await traffic.stop();
  const uuids = bodies.map(({ batch }) => batch.map(({ uuid }) => uuid));
  expect(bodies[0]?.api_key).toBe("phc_soak");
  expect(accepted).toEqual([...(uuids[0] ?? []), ...uuids.slice(2).flat()]);
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(refused).toEqual(["503 said"]);
});

test("traffic to nobody is refused", async () => {
  const server = await listen(createServer());
  await server.close();
  const { accepted, refused } = await startTraffic(server.url, "phc_soak").stop();
  expect(accepted).toEqual([]);
  expect(refused).toEqual([expect.stringContaining("fetch failed")]);
});
