import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Bulk work on bytes is charged by the byte: single instructions of any length cost fuel too.", () => {
  endsByFuel("typedArrays");
});
