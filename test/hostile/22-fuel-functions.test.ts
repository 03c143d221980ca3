import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Calls, with however many arguments, and errors cost fuel.", () => {
  endsByFuel("functions");
});
