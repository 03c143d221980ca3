import { EVENT_SIZES } from "../workload/events.ts";
import type { EventSize } from "../workload/events.ts";
import { EVERYTHING, HELLO, PLUGINS, THREE } from "../workload/plugins.ts";
import type { BenchPlugin } from "../workload/plugins.ts";
import { PROGRAMS } from "../workload/programs.ts";
import {
  CHAIN_GROUP,
  CHAIN_LENGTHS,
  ENGINE,
  FAIRNESS,
  FAIRNESS_GROUP,
  IN_WORKERD,
  MEMORY,
  MEMORY_GROUP,
  METERED,
  START,
  START_GROUP,
  TICK_GROUP,
  UNMETERED,
  callGroup,
  chainSubject,
  programGroup,
  tickSubject,
} from "./names.ts";
import type { RowName } from "./names.ts";

/** One row as a multiple of another, or by itself; a target where it has bounds. */
export interface Comparison {
  row: RowName;
  of?: RowName;
  atLeast?: number;
  atMost?: number;
}

const SIZES = Object.keys(EVENT_SIZES) as EventSize[];
const PEERS = [
  ENGINE.isolatedVm,
  ENGINE.isolatedVmSync,
  ENGINE.vm2Copy,
  ENGINE.vm2Proxies,
  ENGINE.quickjs,
  ENGINE.v8,
] as const;
type Peer = (typeof PEERS)[number];

/** How many times as long as Hoglet a peer should take at least, where there is a goal. */
function goalOf(peer: Peer, plugin: BenchPlugin, size: EventSize): number | undefined {
  if (peer === ENGINE.quickjs) return 1;
  const isIsolatedVm = peer === ENGINE.isolatedVm || peer === ENGINE.isolatedVmSync;
  if (plugin === EVERYTHING && isIsolatedVm) return 2;
  if (plugin !== HELLO && plugin !== THREE) return undefined;
  if (size === "200 KB" && isIsolatedVm) return 50;
  if (size !== "1.6 KB") return undefined;
  if (peer === ENGINE.vm2Proxies) return 2;
  return isIsolatedVm || peer === ENGINE.vm2Copy ? 8 : undefined;
}

const CALLS: readonly Comparison[] = PLUGINS.flatMap((plugin) =>
  SIZES.flatMap((size) => {
    const group = callGroup(plugin, size);
    const inWorkerd: RowName = [group, IN_WORKERD.hoglet];
    return [
      ...PEERS.map((peer) => atLeast([group, peer], [group, ENGINE.hoglet], goalOf(peer, plugin, size))),
      atLeast([group, IN_WORKERD.quickjs], inWorkerd, 1),
      atLeast([group, IN_WORKERD.v8], inWorkerd),
    ];
  }),
);

const small: RowName = [callGroup(THREE, "1.6 KB"), ENGINE.hoglet];
const ready: RowName = [START_GROUP, START.image];

export const COMPARISONS: readonly Comparison[] = [
  ...CALLS,
  { row: [callGroup(THREE, "200 KB"), ENGINE.hoglet], of: small, atMost: 1.5 },
  ...CHAIN_LENGTHS.slice(1).map((length) =>
    atLeast([CHAIN_GROUP, chainSubject(length)], [CHAIN_GROUP, chainSubject(1)]),
  ),
  atLeast([START_GROUP, START.imageAlone], ready),
  atLeast([START_GROUP, START.anew], ready, 5),
  atLeast([START_GROUP, START.isolate], ready, 1),
  atLeast([START_GROUP, START.isolateEvent], [START_GROUP, START.imageEvent], 1),
  atLeast([START_GROUP, START.context], ready),
  { row: [MEMORY_GROUP, MEMORY.fit], atLeast: 20 },
  // Of five minutes of CPU that an invocation may take.
  { row: [TICK_GROUP, tickSubject(500)], atMost: 100_000 },
  { row: [FAIRNESS_GROUP, FAIRNESS.others], of: [FAIRNESS_GROUP, FAIRNESS.alone], atMost: 1.5 },
  // A second, and the setup of another sandbox.
  { row: [FAIRNESS_GROUP, FAIRNESS.first], atMost: 1_500_000 },
  ...Object.keys(PROGRAMS)
    .map(programGroup)
    .map((group): Comparison => ({ row: [group, METERED], of: [group, UNMETERED], atMost: 1.15 })),
];

function atLeast(row: RowName, of: RowName, goal?: number): Comparison {
  return { row, of, ...(goal !== undefined && { atLeast: goal }) };
}
