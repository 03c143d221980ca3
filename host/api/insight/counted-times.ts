import { digits, time } from "../parse.ts";

/** What lists of counters are asked for by, beside their interval. */
export const countedFields = {
  from: time.exactOptional(),
  to: time.exactOptional(),
  plugin_config_id: digits.exactOptional(),
};

interface Wanted<Interval> {
  interval: Interval;
  from?: number;
  to?: number;
  plugin_config_id?: number;
}

/**
 * Which counters those are. All times are milliseconds since the epoch.
 * @param shownMs what is shown of an interval, up to now, when nothing else is asked for
 */
export function countedTimes<Interval extends string>(
  { interval, to, from, plugin_config_id: pluginConfigId }: Wanted<Interval>,
  shownMs: Readonly<Record<Interval, number>>,
  now: number,
): { interval: Interval; from: number; to: number; pluginConfigId?: number } {
  const end = to ?? now + 1;
  const asked = { interval, from: from ?? end - shownMs[interval], to: end };
  return { ...asked, ...(pluginConfigId !== undefined && { pluginConfigId }) };
}
