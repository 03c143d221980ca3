import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Reading the clock costs fuel, and waiting for it to move does not help: it stands still.", () => {
  endsByFuel("dates");
});
