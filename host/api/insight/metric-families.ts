import { version } from "../../../package.json";
import type { RollUpRow } from "../../store/roll-ups.ts";
import type { Counters } from "../../team/insight/counters.ts";
import type { MetricFamily, Sample } from "./exposition.ts";

type Labels = Sample["labels"];

/** Adds up the samples of one metric that have the same labels, as those of a team's shards do. */
class Family {
  readonly #about: Omit<MetricFamily, "samples">;
  readonly #samples = new Map<string, { labels: Labels; value: number }>();

  constructor(name: string, type: MetricFamily["type"], help: string) {
    this.#about = { name, type, help };
  }

  add(labels: Labels, value: number): void {
    const key = JSON.stringify(Object.values(labels));
    const found = this.#samples.get(key);
    if (found) found.value += value;
    else this.#samples.set(key, { labels, value });
  }

  /** The youngest time of several. */
  latest(labels: Labels, value: number): void {
    const key = JSON.stringify(Object.values(labels));
    this.#samples.set(key, { labels, value: Math.max(value, this.#samples.get(key)?.value ?? 0) });
  }

  done(): MetricFamily {
    return { ...this.#about, samples: [...this.#samples.values()] };
  }
}

/** What the objects of all teams have told, as metrics. The numbers of a team are those of all its shards. */
export async function metricFamilies(rows: AsyncIterable<RollUpRow>): Promise<MetricFamily[]> {
  const of = {
    build: new Family("hoglet_build_info", "gauge", "The version that runs."),
    events: new Family("hoglet_events_total", "counter", "Events by what became of them."),
    inFlight: new Family("hoglet_in_flight", "gauge", "What waits in the objects of a team, by what it is."),
    calls: new Family("hoglet_plugin_calls_total", "counter", "Calls of plugins by function, and how they ended."),
    fuel: new Family("hoglet_plugin_fuel_total", "counter", "Fuel that calls of plugins took."),
    seconds: new Family("hoglet_plugin_wait_seconds_total", "counter", "Seconds that calls of plugins waited."),
    jobs: new Family("hoglet_jobs_total", "counter", "Runs of jobs and scheduled tasks, and how they ended."),
    requests: new Family("hoglet_egress_requests_total", "counter", "Requests of plugins by how they were answered."),
    bytes: new Family("hoglet_egress_bytes_total", "counter", "Bytes that plugins sent out and got back."),
    deadLetters: new Family("hoglet_dead_letters_total", "counter", "What was given up for good."),
    told: new Family("hoglet_roll_up_timestamp_seconds", "gauge", "When a team's numbers were told last."),
  };
  of.build.add({ version }, 1);
  for await (const { teamId: team, counters, at } of rows) {
    tellTeam(of, team, counters);
    of.told.latest({ team }, at / 1000);
  }
  return Object.values(of).map((family) => family.done());
}

function tellTeam(
  of: Readonly<
    Record<"events" | "inFlight" | "calls" | "fuel" | "seconds" | "jobs" | "requests" | "bytes" | "deadLetters", Family>
  >,
  team: number,
  { events, waiting, deadLetters, calls, egress }: Counters,
): void {
  for (const [state, count] of Object.entries(events)) of.events.add({ team, state }, count);
  for (const [kind, count] of Object.entries(waiting)) of.inFlight.add({ team, kind }, count);
  of.deadLetters.add({ team }, deadLetters);
  for (const { pluginConfigId: config, function: name, kinds, fuel, duration } of calls) {
    const by = { team, config, function: name };
    of.fuel.add(by, fuel);
    of.seconds.add(by, duration / 1000);
    for (const [kind, count] of Object.entries(kinds)) {
      of.calls.add({ ...by, kind }, count);
      if (name.startsWith("run")) of.jobs.add({ team, function: name, kind }, count);
    }
  }
  for (const { pluginConfigId: config, counts } of egress) {
    const { answers, failed, refused, bytesOut, bytesIn } = counts;
    for (const [status, count] of Object.entries({ ...answers, failed, refused }))
      of.requests.add({ team, config, status }, count);
    of.bytes.add({ team, config, direction: "out" }, bytesOut);
    of.bytes.add({ team, config, direction: "in" }, bytesIn);
  }
}
