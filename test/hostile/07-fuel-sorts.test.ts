import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No sort runs longer than its fuel, whatever its comparator does.", () => {
  endsByFuel("sorts");
});
