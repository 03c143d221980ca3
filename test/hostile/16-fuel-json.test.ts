import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("JSON costs fuel both ways, with revivers, indents and lists of keys.", () => {
  endsByFuel("json");
});
