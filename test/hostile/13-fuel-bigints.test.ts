import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Arithmetic on large integers costs fuel by their size.", () => {
  endsByFuel("bigints");
});
