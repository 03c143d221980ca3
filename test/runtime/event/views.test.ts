import fc from "fast-check";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import type { JsonObject } from "../../../runtime/event/event-source.ts";
import { ViewOrCopy } from "../../../runtime/event/view-or-copy.ts";
import { DEFAULT_LIMITS } from "../../../runtime/limits.ts";
import { Sandbox } from "../../../runtime/sandbox.ts";
import { image } from "../support/image.ts";
import { INTERPRETER, events, programs } from "./program.ts";
import type { Step } from "./program.ts";

/** What a program saw, what became of its event, and what it kept of it. */
interface Seen {
  trace: unknown;
  result: string | null;
  kept: unknown;
}

const RUNS = 500;

let sandbox: Sandbox;

/** The program travels in the global object, so that it is no part of the event; `getSettings` tells what was seen. */
const PLUGIN = `
  const run = ${INTERPRETER};
  let seen, kept, steps;
  exports.jobs = { program(json) { steps = json } };
  exports.processEvent = (event) => { seen = run(event, steps, (...all) => { kept = all }); return event };
  exports.getSettings = () => {
    let text;
    try { text = JSON.stringify(kept) } catch (e) { text = e.name }
    return { trace: seen, kept: text };
  };
`;

beforeAll(() => {
  sandbox = load();
});

function load(): Sandbox {
  return Sandbox.load({
    image,
    script: { code: PLUGIN, filename: "x.js" },
    config: {},
    attachments: [],
    limits: DEFAULT_LIMITS,
    clock: { now: () => 0, utcOffset: () => 0 },
    randomKey: new Uint8Array(32),
    provide: () => ({}),
    denials: {},
  });
}

/** How an event is handed over: where it lies, as a copy that is compared when it comes back, or as JSON both ways. */
type Way = "view" | "copy" | "json";

afterEach(() => {
  vi.restoreAllMocks();
});

async function inSandbox(json: string, steps: Step[], way: Way): Promise<Seen> {
  const randomKey = () => new Uint8Array(32);
  if (sandbox.lost) sandbox = load();
  await sandbox.call({ function: "runJob", args: ['"program"', JSON.stringify(steps)], randomKey });
  const event = JSON.parse(json) as JsonObject;
  const {
    outcome,
    isSameEvent,
    json: returned,
  } = await sandbox.call({
    function: "processEvent",
    ...(way === "json" ? { args: [json] } : { event }),
    randomKey,
  });
  const result = outcome.kind !== "ok" ? outcome.kind : isSameEvent ? JSON.stringify(event) : returned;
  const settings = await sandbox.call({ function: "getSettings", args: [], randomKey });
  return { result, ...(JSON.parse(settings.json ?? "{}") as { trace: unknown; kept: string }) };
}

// The code is this test's own, run here as the platform runs it.
const run = new Function(`return ${INTERPRETER}`)() as (
  event: unknown,
  steps: Step[],
  keep: (...all: unknown[]) => void,
) => unknown;

function outHere(json: string, steps: Step[]): Seen {
  const event = JSON.parse(json) as unknown;
  let kept: unknown;
  const trace = run(event, steps, (...all) => (kept = all));
  const write = (value: unknown): string | null => {
    try {
      return JSON.stringify(value) ?? null;
    } catch (error) {
      return (error as Error).name;
    }
  };
  const result = write(event);
  return {
    trace: JSON.parse(JSON.stringify(trace)),
    result: result === "TypeError" ? "bad-return" : result,
    kept: write(kept),
  };
}

test.each(["view", "copy", "json"] as const)(
  "a plugin cannot tell a %s of an event from the event",
  { timeout: 60_000 },
  async (way) => {
    if (way !== "json") vi.spyOn(ViewOrCopy.prototype, "choose").mockReturnValue(way);
    await fc.assert(
      fc.asyncProperty(events, programs, async (json, steps) => {
        const expected = outHere(json, steps);
        // A plugin that makes something else of its event than an object fails in any mode.
        fc.pre(expected.result?.startsWith("{") === true || expected.result === "bad-return");
        expect(await inSandbox(json, steps, way)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  },
);
