import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Promise jobs are part of the call: a flood of them ends by the call's fuel.", () => {
  endsByFuel("promises");
});
