import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Mathematics without loops is charged for by the size of its functions.", () => {
  endsByFuel("numbers");
});
