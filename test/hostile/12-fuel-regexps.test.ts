import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No regular expression backtracks, or is compiled, longer than its fuel.", () => {
  endsByFuel("regexps");
});
