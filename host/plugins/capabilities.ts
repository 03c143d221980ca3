import { OPERATIONS } from "../../wit/generated/contract.ts";
import type { CapabilityName } from "../../wit/generated/contract.ts";

/** Capability name -> whether it is granted; `fetch` also takes the hosts that it may reach. */
export type CapabilityGrants = Readonly<Record<string, boolean | readonly string[]>>;

/** The capabilities of the contract: nothing else can be declared or granted. */
export const CAPABILITY_NAMES: ReadonlySet<string> = new Set(OPERATIONS.map((operation) => operation.interface));

/** What every plugin has, granted or not: it reaches nothing but the plugin's own files, functions and log and the host's arithmetic. */
export const AMBIENT: readonly CapabilityName[] = [
  "attachments",
  "buffers",
  "crypto",
  "encoding",
  "intl",
  "log",
  "mmdb",
  "timers",
  "url",
  "zlib",
];

const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const NAME = `(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*`;
const HOST = new RegExp(`^(?:\\*|(?:${NAME}|\\[[0-9a-f:.]{2,45}\\])(?::\\d{1,5})?)$`);
const MAX_HOSTS = 100;

/** Whether a text is a host as grants have it: lower-case, with an optional port, `*.` for every subdomain, or `*`. */
export const isHost = (text: string): boolean => text.length <= 255 && HOST.test(text);

/**
 * What is wrong with a declaration such as `{"fetch": ["api.x.com", "*.y.com"], "cache": true}`, as pairs of path and
 * message; empty when it is fine. Hosts are lower-case names with an optional port, `*.` in front stands for
 * every subdomain, `*` for every host.
 */
export function capabilityProblems(declared: unknown): { path: string; message: string }[] {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared))
    return [{ path: "", message: 'must be an object such as {"fetch": ["api.example.com"]}' }];
  return Object.entries(declared).flatMap(([name, value]: [string, unknown]) =>
    valueProblems(name, value).map(({ path, message }) => ({ path: `.${name}${path}`, message })),
  );
}

function valueProblems(name: string, value: unknown): { path: string; message: string }[] {
  if (!CAPABILITY_NAMES.has(name))
    return [{ path: "", message: `is not a capability; there are ${[...CAPABILITY_NAMES].join(", ")}` }];
  if (typeof value === "boolean") return [];
  if (name !== "fetch") return [{ path: "", message: "must be true or false" }];
  if (!Array.isArray(value)) return [{ path: "", message: 'must be a list of hosts such as ["api.example.com"]' }];
  if (value.length > MAX_HOSTS)
    return [{ path: "", message: `lists ${value.length} hosts; at most ${MAX_HOSTS} are allowed` }];
  return value.flatMap((host: unknown, index) =>
    typeof host === "string" && isHost(host)
      ? []
      : [
          {
            path: `[${index}]`,
            message:
              'must be a lower-case host such as "api.example.com", "*.example.com" or "*", without scheme or path',
          },
        ],
  );
}
