import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No builtin on a long text runs longer than its fuel.", () => {
  endsByFuel("strings");
});
