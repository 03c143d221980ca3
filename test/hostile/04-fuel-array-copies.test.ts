import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No copy of an array or array-like runs longer than its fuel.", () => {
  endsByFuel("copies");
});
