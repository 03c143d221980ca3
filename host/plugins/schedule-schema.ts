import { Cron } from "croner";
import { z } from "zod";
import type { TaskSchedule } from "../schedule/task-schedule.ts";
import { text } from "./manifest-values.ts";

const MOST_TASKS = 20;

const EXAMPLE =
  'must be a cron pattern such as "*/15 * * * *", or an object such as {"cron": "0 6 * * 1-5", "timezone": "Europe/Berlin"}';

const times = z
  .union(
    [
      text(200).transform((cron) => ({ cron })),
      z.strictObject({ cron: text(200), timezone: text(100).optional() }, { error: EXAMPLE }),
    ],
    {
      error: EXAMPLE,
    },
  )
  .transform(({ cron, timezone = "UTC" }: { cron: string; timezone?: string | undefined }) => ({ cron, timezone }))
  .superRefine((schedule, context) => {
    const problem = problemWith(schedule);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** `schedule` of plugin.json: when functions run that begin with `runEvery`. */
export const scheduleSchema = z
  .record(z.string().regex(/^runEvery\w+$/u), times, {
    error: ({ code }) =>
      code === "invalid_key"
        ? "must be a function whose name begins with runEvery"
        : 'must be an object such as {"runEveryQuarterHour": "*/15 * * * *"}',
  })
  .refine((schedule) => Object.keys(schedule).length <= MOST_TASKS, {
    error: `has more than ${MOST_TASKS} functions`,
  });

/** What a field is made of. Croner also reads nicknames and dates, which are due once. */
const FIELD = /^[\w*/,#?+-]+$/;

function problemWith({ cron, timezone }: TaskSchedule): string | undefined {
  if (!isZone(timezone))
    return `has the time zone ${JSON.stringify(timezone)}, which is none of the IANA database; write one such as "Europe/Berlin"`;
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field)))
    return `"${cron}" is no cron pattern of five fields: minute, hour, day of the month, month, day of the week; write one such as "*/15 * * * *"`;
  try {
    const next = new Cron(cron, { timezone, mode: "5-part", paused: true }).nextRun();
    return next === null ? `the pattern "${cron}" is never due` : undefined;
  } catch (error) {
    return `"${cron}" is no cron pattern: ${(error as Error).message.replace(/^CronPattern: /, "")}`;
  }
}

/** Whether the IANA database has it: Intl knows offsets such as +02:00, too. */
function isZone(timezone: string): boolean {
  try {
    // Croner takes a zone that nobody knows, and fails when it is used.
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return /^[a-z]/i.test(timezone);
  } catch {
    return false;
  }
}
