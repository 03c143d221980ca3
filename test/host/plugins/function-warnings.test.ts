import { expect, test } from "vitest";

import { functionWarnings } from "../../../host/plugins/function-warnings.ts";

test.each([
  [["onSnapshot"], /^onSnapshot is not called/],
  [["processEvent", "processEventBatch"], /^processEventBatch is not called/],
])("a plugin with %j is told that they are not called", (methods, warning) => {
  expect(functionWarnings({ methods, jobs: [] }, { publicJobs: {} })).toEqual([expect.stringMatching(warning)]);
});

test("a plugin is told nothing otherwise", () => {
  const methods = ["processEventBatch", "onEvent", "exportEvents", "composeWebhook"];
  expect(functionWarnings({ methods, jobs: ["export"] }, { publicJobs: { export: { payload: {} } } })).toEqual([]);
});

test("a plugin is told of public jobs that it does not have", () => {
  expect(functionWarnings({ methods: [], jobs: ["other"] }, { publicJobs: { export: { payload: {} } } })).toEqual([
    "plugin.json: publicJobs.export cannot be started: the plugin exports no such job",
  ]);
});
