import type { PluginRun } from "./run-plugin.ts";

/** What happened in a run that its output has no place for. */
export function notesOn({ jobs, jobsLeft }: PluginRun): string[] {
  const failed = jobs.flatMap(({ planned, result: { outcome } }) =>
    outcome.kind === "ok"
      ? []
      : [`${planned.label}, queued with runNow, ended as ${outcome.kind}: ${outcome.message ?? ""}`],
  );
  return jobsLeft > 0
    ? [...failed, `${jobsLeft} more jobs with runNow were queued, and only ${jobs.length} are run`]
    : failed;
}
