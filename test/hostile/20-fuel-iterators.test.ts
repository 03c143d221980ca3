import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No iterator, generator or helper runs longer than its fuel.", () => {
  endsByFuel("iterators");
});
