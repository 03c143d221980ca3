import { describe } from "vitest";

import { endsByFuel } from "./support/ends-by-fuel.ts";

describe("Making, growing and moving buffers is charged by the byte.", () => {
  endsByFuel("buffers");
});
