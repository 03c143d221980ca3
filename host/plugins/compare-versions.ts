import type { ConfigField } from "./config-schema.ts";
import type { InspectedVersion } from "./inspected.ts";
import type { Manifest } from "./manifest.ts";
import type { PluginFiles } from "./plugin-files.ts";

/** A version, as far as people have to know what it changes. */
export interface ComparedVersion {
  manifest: Manifest;
  inspected: InspectedVersion;
  files: PluginFiles;
}

interface Difference {
  added: string[];
  removed: string[];
}

/** What one version changes against another. */
export interface VersionComparison {
  files: Difference & { changed: string[] };
  /** Fields of the form, by key. */
  config: Difference & { changed: string[]; newly_required: string[] };
  functions: Difference;
  /** What plugin.json declares. */
  capabilities: Difference;
  /** What the code names. */
  used_capabilities: Difference;
  /** Hosts of `fetch` that plugin.json declares or the code names. */
  hosts: Difference;
}

export function compareVersions(from: ComparedVersion, to: ComparedVersion): VersionComparison {
  const files = keysDiffer(from.files, to.files);
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  const isRequired = (key: string): boolean => after[key]?.required === true && before[key]?.required !== true;
  return {
    files: {
      ...files,
      changed: shared(from.files, to.files).filter((path) => !areEqual(from.files[path], to.files[path])),
    },
    config: {
      ...keysDiffer(before, after),
      changed: shared(before, after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])),
      newly_required: Object.keys(after).filter(isRequired),
    },
    functions: differ(functionsOf(from), functionsOf(to)),
    capabilities: differ(capabilitiesOf(from), capabilitiesOf(to)),
    used_capabilities: differ(usedBy(from), usedBy(to)),
    hosts: differ(hostsOf(from), hostsOf(to)),
  };
}

const functionsOf = ({ inspected: { methods, tasks, jobs } }: ComparedVersion): string[] => [
  ...methods,
  ...tasks,
  ...jobs.map((job) => `jobs.${job}`),
];

const capabilitiesOf = ({ manifest }: ComparedVersion): string[] =>
  Object.entries(manifest.capabilities ?? {}).flatMap(([name, grant]) => (grant === false ? [] : [name]));

const usedBy = ({ inspected: { used = {} } }: ComparedVersion): string[] => Object.keys(used);

function hostsOf({ manifest, inspected: { used } }: ComparedVersion): string[] {
  const hosts = manifest.capabilities?.["fetch"];
  const named = used?.["fetch"]?.hosts?.map(({ host }) => host) ?? [];
  if (hosts === true) return [...new Set(["*", ...named])];
  return [...new Set([...(Array.isArray(hosts) ? (hosts as readonly string[]) : []), ...named])];
}

const fieldsOf = ({ manifest }: ComparedVersion): Record<string, ConfigField> =>
  Object.fromEntries(manifest.config.flatMap((field) => (field.key === undefined ? [] : [[field.key, field]])));

function differ(before: readonly string[], after: readonly string[]): Difference {
  return {
    added: after.filter((each) => !before.includes(each)),
    removed: before.filter((each) => !after.includes(each)),
  };
}

const keysDiffer = (before: object, after: object): Difference => differ(Object.keys(before), Object.keys(after));

const shared = (before: object, after: object): string[] =>
  Object.keys(before).filter((key) => Object.hasOwn(after, key));

const areEqual = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a?.byteLength === b?.byteLength && (a ?? new Uint8Array()).every((byte, index) => byte === b?.[index]);
