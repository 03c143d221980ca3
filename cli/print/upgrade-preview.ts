import type { UpgradePreview } from "../server/upgrade-preview.ts";
import { shorten } from "./shorten.ts";

const SIGNS: Readonly<Record<string, string>> = {
  added: "+",
  removed: "-",
  changed: "~",
  newly_required: "! required:",
};

type DryRun = NonNullable<UpgradePreview["dry_run"]>;

/** What another version would change, for a person: what of the plugin, what of its form, and what of the events. */
export function printUpgradePreview({ from, to, changes, config, dry_run: run }: UpgradePreview): string[] {
  return [
    `${nameOf(from)} -> ${nameOf(to)}`,
    ...Object.entries(changes).flatMap(([what, kinds]) =>
      Object.entries(kinds).flatMap(([kind, names]) =>
        names.map((name) => line(what, `${SIGNS[kind] ?? kind} ${name}`)),
      ),
    ),
    ...config.errors.map(({ message }) => line("config", `does not fit: ${message}`)),
    ...config.enter_again.map((key) => line("config", `${key} must be entered again`)),
    ...(run ? runLines(run) : [line("events", "none was run: the values do not fit")]),
  ];
}

function runLines({ setup, events, fuel, outcomes, outputs, asks, left_out: leftOut }: DryRun): string[] {
  const failed = (["from", "to"] as const).flatMap((side) => {
    const outcome = setup[side];
    return outcome ? [line("setup", `fails in the ${side === "from" ? "old" : "new"} version: ${told(outcome)}`)] : [];
  });
  const { recent, run, same, stopped_by: stoppedBy } = events;
  const ended = stoppedBy === null ? "" : `, then the ${stoppedBy} for it was used up`;
  return [
    ...failed,
    line("events", `${run} of the last ${recent} run through both${ended}; ${same} came out the same`),
    ...(fuel.from && fuel.to && fuel.ratio
      ? (["p50", "p95"] as const).map((part) =>
          line("fuel", `${part} ${fuel.from?.[part]} -> ${fuel.to?.[part]} (x ${fuel.ratio?.[part]})`),
        )
      : []),
    ...outcomes.map(({ function: name, from, to, count, example }) =>
      line(
        "outcome",
        `${name}: ${from ?? "not called"} -> ${to ?? "not called"} for ${counted(count, "event")}, such as ${example.event} ${example.uuid}${reason(example.to ?? example.from)}`,
      ),
    ),
    ...outputs.map(({ path, kind, count, example }) =>
      line(
        "output",
        `${SIGNS[kind] ?? kind} ${path || "the event"} in ${counted(count, "event")}, such as ${example.event}: ${values(example)}`,
      ),
    ),
    ...asks.map(({ kind, name, from, to, example }) =>
      line(kind, `${name}: ${from} only the old version, ${to} only the new one, such as ${shorten(example.detail)}`),
    ),
    ...(leftOut > 0 ? [`and ${leftOut} differences of other kinds`] : []),
  ];
}

const nameOf = ({ id, hash, tag }: UpgradePreview["from"]): string => `${tag || hash.slice(0, 12)} (version ${id})`;

const line = (what: string, text: string): string => `${what.padEnd(18)} ${text}`;

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

const told = ({ kind, message, reason: why }: NonNullable<DryRun["setup"]["from"]>): string => message ?? why ?? kind;

function reason(outcome: DryRun["setup"]["from"]): string {
  const text = outcome && (outcome.message ?? outcome.reason);
  return text ? `: ${shorten(text)}` : "";
}

const values = ({ from, to }: DryRun["outputs"][number]["example"]): string =>
  [from, to].map((value) => (value === null ? "nothing" : shorten(value))).join(" -> ");
