import { expect, test } from "vitest";

import { functionWarnings } from "../../../host/plugins/function-warnings.ts";

test.each([
  [["onSnapshot"], /^onSnapshot is not called/],
  [["processEvent", "processEventBatch"], /^processEventBatch is not called/],
])("a plugin with %j is told that they are not called", (methods, warning) => {
  expect(functionWarnings({ methods, tasks: [], jobs: [] }, { publicJobs: {}, schedule: {} })).toEqual([
    expect.stringMatching(warning),
  ]);
});

test("a plugin is told nothing otherwise", () => {
  const methods = ["processEventBatch", "onEvent", "exportEvents", "composeWebhook"];
  expect(
    functionWarnings(
      { methods, tasks: [], jobs: ["export"] },
      { publicJobs: { export: { payload: {} } }, schedule: {} },
    ),
  ).toEqual([]);
});

test("a plugin is told of public jobs that it does not have", () => {
  expect(
    functionWarnings(
      { methods: [], tasks: [], jobs: ["other"] },
      { publicJobs: { export: { payload: {} } }, schedule: {} },
    ),
  ).toEqual(["plugin.json: publicJobs.export cannot be started: the plugin exports no such job"]);
});

test("a plugin that exports events may declare the export of old ones", () => {
  const publicJobs = { "Export historical events": { payload: {} } };
  const inspected = { methods: ["exportEvents"], tasks: [], jobs: [] };
  expect(functionWarnings(inspected, { publicJobs, schedule: {} })).toEqual([]);
});

test("a plugin is told of tasks that nothing runs", () => {
  const schedule = { runEveryQuarterHour: { cron: "*/15 * * * *", timezone: "UTC" } };
  const tasks = ["runEveryHour", "runEveryQuarterHour", "runEveryMonth"];
  expect(functionWarnings({ methods: [], tasks, jobs: [] }, { publicJobs: {}, schedule })).toEqual([
    `runEveryMonth is never called: say when in plugin.json, such as "schedule": {"runEveryMonth": "*/15 * * * *"}`,
  ]);
});
