import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { HOGLET, NODE } from "../cli/hoglet.ts";
import { MortalServer } from "./mortal-server.ts";

vi.setConfig({ testTimeout: 120_000 });

const ADMIN_TOKEN = "the token of the test";
const PATIENCE = { timeout: 30_000, interval: 50 };

let server: MortalServer;

beforeAll(async () => {
  server = await MortalServer.start({ ADMIN_TOKEN });
  await server.install(
    "says",
    `export function processEvent(event) { console.log("saw " + event.event); return event; }`,
  );
});

afterAll(() => server.remove());

const say = (event: string): Promise<void> =>
  vi.waitFor(async () => expect(await server.capture([{ event, distinct_id: "me" }])).toBe(true), PATIENCE);

test("hoglet logs --follow prints each line once, over a server that is killed and comes back", async () => {
  await say("first");
  await vi.waitFor(
    async () => expect(JSON.stringify(await server.api("GET", "/api/logs?team_id=1"))).toContain("saw first"),
    PATIENCE,
  );
  const child = spawn(NODE, [HOGLET, "logs", "--follow", "--type", "log", "--url", server.url, "--token", ADMIN_TOKEN]);
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  const seen = (): string[] => [...out.matchAll(/saw (\w+)$/gm)].map(([, event = ""]) => event);
  try {
    await vi.waitFor(() => expect(seen()).toEqual(["first"]), PATIENCE);
    await say("second");
    await vi.waitFor(() => expect(seen()).toEqual(["first", "second"]), PATIENCE);
    await server.kill9();
    await server.revive();
    await say("third");
    await vi.waitFor(() => expect(seen()).toEqual(["first", "second", "third"]), PATIENCE);
    await say("fourth");
    await vi.waitFor(() => expect(seen()).toEqual(["first", "second", "third", "fourth"]), PATIENCE);
  } finally {
    child.kill("SIGINT");
    await once(child, "close");
  }
});

test("those who watch and go leave the log to others", async () => {
  const headers = { Accept: "text/event-stream", Authorization: `Bearer ${ADMIN_TOKEN}` };
  for (let i = 0; i < 40; i++) {
    const gone = new AbortController();
    const { status, body } = await fetch(`${server.url}/api/logs?team_id=1&limit=1`, { headers, signal: gone.signal });
    expect(status).toBe(200);
    await body?.getReader().read();
    gone.abort();
  }
});
