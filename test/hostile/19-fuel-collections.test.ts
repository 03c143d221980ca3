import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Collections, weak ones too, and the collector of cycles cost fuel.", () => {
  endsByFuel("collections");
});
