import { expect, test } from "vitest";
import { withPlace } from "../../../host/plugins/declared-at.ts";

const texts = {
  "lib/other.ts": "// const processEvent",
  "index.ts": "const a = 1;\nfunction f() {}\nlet processEventBatch = f;\n  const processEvent = f;",
};

test.each([
  ["processEvent is declared with const", "index.ts:4: processEvent is declared with const"],
  ["processEventBatch is declared with const", "index.ts:3: processEventBatch is declared with const"],
  ["onEvent is nowhere", "onEvent is nowhere"],
  ["(.*)+ is no name", "(.*)+ is no name"],
])("%s", (hint, expected) => {
  expect(withPlace(hint, texts)).toBe(expected);
});
