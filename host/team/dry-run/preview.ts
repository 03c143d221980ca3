import type { Outcome } from "../../../runtime/outcome.ts";
import type { PlatformFetch } from "../../capabilities/fetch-send.ts";
import { isForPlugins, type Message } from "../../event.ts";
import { Redactor } from "../../secrets/redactor.ts";
import { EVENT_FUNCTIONS, type EventFunction } from "../follow-ups/follow-ups.ts";
import { redactOutcome } from "../plugins/redact-outcome.ts";
import type { PluginConfig } from "../plugins/plugin-config.ts";
import { type DryRunDeps, keysOf } from "./dry-run.ts";
import { Findings } from "./findings.ts";
import { fetchFrom, type Network, recordFetch } from "./network.ts";
import { PlayedAnswers } from "./played-answers.ts";
import { SameState } from "./same-state.ts";
import { ScratchState } from "./scratch-state.ts";
import { type Side, type Step, takeAsks, takeStep } from "./step.ts";
import { MAX_TRIAL_FUEL, Trial, UNCOUNTED } from "./trial.ts";

export interface PreviewRequest {
  messages: Message[];
  fetch: Network;
}

/** Of something that both versions have. */
export interface Pair<Value> {
  from: Value;
  to: Value;
}

/** What two versions of a plugin make of the same events, without secrets in any text. */
export interface PreviewReport {
  /** How the setups failed; with one that did, no event was run. */
  setup: Pair<Outcome | null>;
  /** How many both versions have run, and of how many they made the same. */
  run: number;
  same: number;
  /** What ended it before all were run. */
  stoppedBy: "fuel" | "time" | null;
  outcomes: Findings["outcomes"];
  outputs: Findings["outputs"];
  asks: Findings["asks"];
  leftOut: number;
  /** Of each event that was run. */
  fuel: Pair<number[]>;
}

const MAX_MS = 30_000;
const TOO_LONG = `a preview takes at most ${MAX_MS / 1000} seconds`;

/**
 * Runs events through two versions of a plugin, beside the team's own. Both start from the same state and setup time, see the same clock and
 * random numbers for an event, and are answered the same where they ask the same.
 */
export async function preview(
  versions: Pair<PluginConfig>,
  { messages, fetch }: PreviewRequest,
  deps: DryRunDeps,
): Promise<PreviewReport> {
  const startedAt = deps.now();
  const played = new PlayedAnswers();
  const same = { ...deps, real: new SameState(deps.real), now: () => startedAt };
  const network = fetchFrom(fetch);
  const from = open(versions.from, same, fetch === "live" ? recording(played, network, versions.from) : network);
  const to = open(versions.to, same, fetch === "live" ? played.play(network) : fetchFrom(fetch));
  const redactor = new Redactor([...versions.from.secrets.values, ...versions.to.secrets.values, ...keysOf(deps)]);
  const findings = new Findings(redactor);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    for (const { trial } of [from, to]) trial.plugin.stop(TOO_LONG);
  }, MAX_MS);
  try {
    const setup = { from: await from.trial.setUp(), to: await to.trial.setUp() };
    const fuel: Pair<number[]> = { from: [], to: [] };
    let stoppedBy: PreviewReport["stoppedBy"] = null;
    if (setup.from === null && setup.to === null) {
      findings.compareAsks(null, takeAsks(from), takeAsks(to));
      const sides = { from: await withFunctions(from), to: await withFunctions(to) };
      for (const message of messages.filter(isForPlugins)) {
        played.forget();
        if (from.trial.fuel + to.trial.fuel >= MAX_TRIAL_FUEL) stoppedBy = "fuel";
        if (stoppedBy !== null) break;
        const steps = { from: await takeStep(sides.from, message), to: await takeStep(sides.to, message) };
        // What was ended in the middle tells nothing.
        if (isLate) {
          stoppedBy = "time";
          break;
        }
        note(findings, fuel, message, steps);
      }
    }
    const { outcomes, outputs, asks, leftOut } = findings;
    const told = (outcome: Outcome | null): Outcome | null => outcome && redactOutcome(outcome, redactor.text);
    return {
      setup: { from: told(setup.from), to: told(setup.to) },
      run: fuel.from.length,
      same: findings.same,
      stoppedBy: isLate ? "time" : stoppedBy,
      outcomes,
      outputs,
      asks,
      leftOut,
      fuel,
    };
  } finally {
    clearTimeout(timer);
    await Promise.all([from.trial.end(), to.trial.end()]);
  }
}

function note(findings: Findings, fuel: Pair<number[]>, message: Message, { from, to }: Pair<Step>): void {
  findings.compare(message, from, to);
  fuel.from.push(from.fuel);
  fuel.to.push(to.fuel);
}

const recording = (played: PlayedAnswers, send: PlatformFetch, { limits }: PluginConfig): PlatformFetch =>
  played.record(send, limits.fetchResponseBytes);

function open(config: PluginConfig, deps: DryRunDeps, send: PlatformFetch): Omit<Side, "functions"> {
  const { fetch, requests } = recordFetch(send);
  const state = new ScratchState(deps.real, deps.now);
  // Randomness follows from the revision. What the config may send in a minute is left to its events.
  const tried = { ...config, revision: "preview" };
  return { trial: new Trial(tried, { ...deps, ...UNCOUNTED(), fetch, state }), requests };
}

async function withFunctions(side: Omit<Side, "functions">): Promise<Side> {
  const functions: EventFunction[] = [];
  for (const name of EVENT_FUNCTIONS) if (await side.trial.has(name)) functions.push(name);
  return { ...side, functions };
}
