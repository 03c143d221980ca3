/** One of the things that a team may have so much of. */
interface Quota {
  /** What a team has that nobody has decided about. */
  byDefault: number;
  /** What is so when nothing is left of it. */
  atTheEnd: string;
  /** How a team itself comes below it again, where it can. */
  remedy?: string;
}

/** What may be used in a day of UTC. Fuel is that of all calls; bytes are those of plugins' requests and of what is answered. */
const DAILY = {
  fuel_per_day: {
    byDefault: 1_000_000_000_000,
    atTheEnd: "no plugin runs, events go the way of on_error, and tasks and jobs wait",
  },
  egress_requests_per_day: { byDefault: 1_000_000, atTheEnd: "requests of plugins are refused" },
  egress_bytes_per_day: { byDefault: 10_737_418_240, atTheEnd: "requests of plugins are refused" },
  log_lines_per_day: { byDefault: 1_000_000, atTheEnd: "further lines are counted and not kept" },
} satisfies Record<string, Quota>;

/** What may be there. Bytes are those of keys and values in UTF-8. */
const STANDING = {
  pending_jobs: { byDefault: 100_000, atTheEnd: "no more jobs are taken", remedy: "let jobs that wait run first" },
  storage_keys: { byDefault: 100_000, atTheEnd: "no new keys are stored", remedy: "delete keys" },
  storage_bytes: {
    byDefault: 268_435_456,
    atTheEnd: "nothing larger is stored",
    remedy: "delete keys, or put something shorter into them",
  },
  cache_keys: { byDefault: 100_000, atTheEnd: "no new keys are cached", remedy: "let keys expire" },
  cache_bytes: {
    byDefault: 268_435_456,
    atTheEnd: "nothing larger is cached",
    remedy: "let keys expire, or put something shorter into them",
  },
  dead_letter_bytes: { byDefault: 1_073_741_824, atTheEnd: "dead letters are kept all the same" },
} satisfies Record<string, Quota>;

export type DailyQuota = keyof typeof DAILY;
export type StandingQuota = keyof typeof STANDING;
export type QuotaName = DailyQuota | StandingQuota;

/** All quotas of a team, over all its plugins and shards. */
export const QUOTAS: Readonly<Record<QuotaName, Quota>> = { ...DAILY, ...STANDING };
export const QUOTA_NAMES = Object.keys(QUOTAS) as QuotaName[];

/** Whether a quota begins anew with each day. */
export const isDaily = (name: QuotaName): name is DailyQuota => name in DAILY;

/** What an operator has decided for a team. */
export type TeamQuotas = Partial<Record<QuotaName, number>>;

/** How much a team may have. */
export const limitOf = (quotas: TeamQuotas, name: QuotaName): number => quotas[name] ?? QUOTAS[name].byDefault;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The beginning of the day of UTC that a time is in; both in milliseconds since the epoch. */
export const dayOf = (at: number): number => at - (at % DAY_MS);

/** The beginning of the next one, when daily quotas begin anew. */
export const nextDay = (at: number): number => dayOf(at) + DAY_MS;
