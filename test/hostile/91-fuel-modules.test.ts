import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("What the host does for a plugin's modules is charged to the plugin's fuel.", () => {
  endsByFuel("modules");
});
