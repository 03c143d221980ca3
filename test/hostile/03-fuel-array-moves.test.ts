import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No builtin that moves an array's elements in place runs longer than its fuel.", () => {
  endsByFuel("moves");
});
