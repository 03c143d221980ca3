import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No loop of the language runs longer than its fuel.", () => {
  endsByFuel("loops");
});
