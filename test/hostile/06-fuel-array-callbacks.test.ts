import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No builtin that calls back for each element runs longer than its fuel.", () => {
  endsByFuel("callbacks");
});
