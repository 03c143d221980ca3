import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No search through an array or array-like, however long it claims to be, runs longer than its fuel.", () => {
  endsByFuel("searches");
});
