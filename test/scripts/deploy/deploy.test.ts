import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { type Surroundings, deploy, dryRun } from "../../../scripts/deploy/deploy.ts";
import { ROOT } from "../../../scripts/root.ts";
import { recordCalls } from "./recorder.ts";

const ID = "11111111-2222-3333-4444-555555555555";
const CONFIG = join(ROOT, "wrangler.deploy.toml");
const DATABASE = JSON.stringify([
  { uuid: "other", name: "someone-elses" },
  { uuid: ID, name: "hoglet-registry" },
]);
const SECRETS = JSON.stringify(
  ["ADMIN_TOKEN", "ENCRYPTION_KEY", "COOKIE_KEY", "POSTHOG_HOST", "PROJECT_KEY"].map((name) => ({ name })),
);

afterEach(() => rm(CONFIG, { force: true }));

test("the first deployment creates everything, in an order in which each step finds what it needs", async () => {
  let secrets: Record<string, string> = {};
  const { calls, call } = recordCalls([
    ["d1 list", "[]"],
    ["d1 list", DATABASE],
    ["r2 bucket info", { code: 1, output: "The specified bucket does not exist. [code: 10006]" }],
    ["secret list", { code: 1, output: '✘ [ERROR] Worker "hoglet" not found.' }],
    ["deploy --dry-run", ""],
    [
      "deploy --config",
      async (args) => {
        const file = String(args.at(-1));
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        secrets = JSON.parse(await readFile(file, "utf8"));
        return "";
      },
    ],
  ]);
  const asked: string[] = [];
  const { surroundings, printed, sent } = surround({
    call,
    ask: async (question) => {
      asked.push(String(question.split(/[ ,]/)[0]));
      return question.startsWith("POSTHOG_HOST") ? "https://eu.i.posthog.com" : "";
    },
  });
  await deploy(surroundings);

  expect(calls).toEqual([
    "deploy --dry-run --outdir build/deploy",
    "whoami --json",
    "d1 list --json",
    "d1 create hoglet-registry --update-config=false",
    "d1 list --json",
    "r2 bucket info hoglet-blobs --json",
    "r2 bucket create hoglet-blobs --update-config=false",
    "secret list --config wrangler.deploy.toml",
    "d1 migrations apply REGISTRY --remote --config wrangler.deploy.toml",
    "deploy --config wrangler.deploy.toml --secrets-file TEMPORARY/secrets.json",
  ]);
  expect(asked).toEqual(["ADMIN_TOKEN", "ENCRYPTION_KEY", "COOKIE_KEY", "POSTHOG_HOST", "PROJECT_KEY"]);
  expect(Object.keys(secrets)).toEqual(["ADMIN_TOKEN", "ENCRYPTION_KEY", "COOKIE_KEY", "POSTHOG_HOST"]);
  expect(secrets).toHaveProperty("POSTHOG_HOST", "https://eu.i.posthog.com");
  expect(printed.join("\n")).toContain(`ADMIN_TOKEN  ${secrets["ADMIN_TOKEN"]}`);
  expect(printed.join("\n")).not.toContain(secrets["ENCRYPTION_KEY"]);
  expect(sent).toEqual([["https://hoglet.example.workers.dev", "phc_demo"]]);
  const config = await readFile(CONFIG, "utf8");
  expect(config.replace(ID, "00000000-0000-0000-0000-000000000000")).toContain(
    await readFile(join(ROOT, "wrangler.toml"), "utf8"),
  );
});

test("running it again changes what the environment says and nothing else", async () => {
  let secrets: unknown;
  const { calls, call } = recordCalls([
    ["d1 list", DATABASE],
    ["secret list", SECRETS],
    ["deploy --dry-run", ""],
    ["deploy --config", async (args) => ((secrets = JSON.parse(await readFile(String(args.at(-1)), "utf8"))), "")],
  ]);
  const { surroundings, sent } = surround({
    call,
    env: { PROJECT_KEY: "phc_mine", HOME: "/root" },
    ask: (question) => Promise.reject(new Error(`asked ${question}`)),
  });
  await deploy(surroundings);
  expect(calls.filter((line) => line.includes("create"))).toEqual([]);
  expect(secrets).toEqual({ PROJECT_KEY: "phc_mine" });
  expect(sent).toEqual([["https://hoglet.example.workers.dev", "phc_mine"]]);
});

test.each([
  ["whoami", "Cloudflare does not know you: run `npx wrangler login`"],
  ["d1 list", "`wrangler d1 list --json` failed:\nout of order"],
  ["r2 bucket info", "`wrangler r2 bucket info hoglet-blobs` failed:\nout of order"],
  ["secret list", "`wrangler secret list` failed:\nout of order"],
  [
    "d1 migrations",
    "`wrangler d1 migrations apply REGISTRY --remote --config wrangler.deploy.toml` failed:\nout of order",
  ],
])("a failure of %s ends it before anything is deployed", async (start, message) => {
  const { calls, call } = recordCalls([
    [start, { code: 1, output: "out of order" }],
    ["d1 list", DATABASE],
    ["secret list", SECRETS],
  ]);
  await expect(deploy(surround({ call }).surroundings)).rejects.toThrow(message);
  expect(calls.filter((line) => line.startsWith("deploy --config"))).toEqual([]);
});

test("an event that is refused is told, with what came back", async () => {
  const { call } = recordCalls([
    ["d1 list", DATABASE],
    ["secret list", SECRETS],
  ]);
  const { surroundings } = surround({ call, sendEvent: async () => "401 no such project" });
  await expect(deploy(surroundings)).rejects.toThrow("A first event was not accepted: 401 no such project");
});

test("a dry run weighs the bundle and calls for nothing of Cloudflare's", async () => {
  const { calls, call } = recordCalls([]);
  const { surroundings, printed } = surround({ call });
  await dryRun(surroundings);
  expect(calls).toEqual(["deploy --dry-run --outdir build/deploy"]);
  expect(printed).toEqual([
    expect.stringMatching(/^The Worker weighs 500 kB gzipped; scripts\/bundle-budget\.json allows/),
  ]);
});

function surround(part: Partial<Surroundings>): { surroundings: Surroundings; printed: string[]; sent: string[][] } {
  const printed: string[] = [];
  const sent: string[][] = [];
  const surroundings: Surroundings = {
    call: recordCalls([]).call,
    ask: async () => "",
    env: {},
    print: (line) => printed.push(line),
    sendEvent: async (...args) => {
      sent.push(args);
      return undefined;
    },
    ...part,
  };
  return { surroundings, printed, sent };
}
