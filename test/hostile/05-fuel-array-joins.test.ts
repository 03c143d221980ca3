import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("No way to make a text of an array runs longer than its fuel.", () => {
  endsByFuel("joins");
});
