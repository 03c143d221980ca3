import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A run of the plugin, as GitHub sees it: one request. Times are milliseconds since the epoch. */
export interface Run {
  /** From 1; it is the number of stars in the answer, so that the event of a run can be told from another's. */
  number: number;
  from: number;
  /** Infinity while it goes on. */
  until: number;
}

/** How long an answer takes: runs that are under way at once are seen as such. */
const ANSWER_MS = 3000;

/** What stands for GitHub's API on this machine. */
export interface GitHub {
  /** Such as `127.0.0.1:8080`. */
  host: string;
  runs: readonly Run[];
  close(): Promise<void>;
}

/** Starts it on a free port. It knows one repository, PostHog's, and counts who asks for it. */
export async function startGitHub(answerMs = ANSWER_MS): Promise<GitHub> {
  const runs: Run[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/repos/PostHog/posthog") {
      response.writeHead(404).end();
      return;
    }
    const run: Run = { number: runs.length + 1, from: Date.now(), until: Number.POSITIVE_INFINITY };
    runs.push(run);
    response.once("close", () => (run.until = Date.now()));
    const metrics = { stargazers_count: run.number, open_issues_count: 2, forks_count: 3, subscribers_count: 4 };
    void sleep(answerMs).then(() =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(metrics)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address with a port");
  return {
    host: `127.0.0.1:${address.port}`,
    runs,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
