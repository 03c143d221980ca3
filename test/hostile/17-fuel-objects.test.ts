import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No property, chain, accessor or conversion of an object runs longer than its fuel.", () => {
  endsByFuel("objects");
});
