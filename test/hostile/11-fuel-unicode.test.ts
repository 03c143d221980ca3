import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Unicode's tables and orders cost fuel like any other loop.", () => {
  endsByFuel("unicode");
});
