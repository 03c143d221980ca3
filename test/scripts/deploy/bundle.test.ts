import { expect, test } from "vitest";

import { checkBundle } from "../../../scripts/deploy/bundle.ts";
import { recordCalls } from "./recorder.ts";

test("a bundle within its budget is weighed, a heavier one is refused", async () => {
  await expect(checkBundle(recordCalls([]).call, 500_000)).resolves.toContain("weighs 500 kB gzipped");
  await expect(checkBundle(recordCalls([]).call, 499_999)).rejects.toThrow(
    "weighs 500 kB gzipped; scripts/bundle-budget.json allows 500 kB. Make it smaller",
  );
});
