import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Looking at an event that lies on the host costs fuel.", () => {
  endsByFuel("views");
});
