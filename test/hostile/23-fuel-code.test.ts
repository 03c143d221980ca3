import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Compiling code costs fuel by its size and by how hard it is to read.", () => {
  endsByFuel("code");
});
