import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No trap, and no list of keys that a trap makes up, runs longer than its fuel.", () => {
  endsByFuel("proxies");
});
