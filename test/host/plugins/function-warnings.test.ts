import { expect, test } from "vitest";

import { functionWarnings } from "../../../host/plugins/function-warnings.ts";

test.each([
  [["onSnapshot"], /^onSnapshot is not called/],
  [["processEvent", "processEventBatch"], /^processEventBatch is not called/],
])("a plugin with %j is told that they are not called", (methods, warning) => {
  expect(functionWarnings({ methods })).toEqual([expect.stringMatching(warning)]);
});

test("a plugin is told nothing otherwise", () => {
  expect(functionWarnings({ methods: ["processEventBatch", "onEvent", "exportEvents", "composeWebhook"] })).toEqual([]);
});
