import { expect, test } from "vitest";
import { compilePlugin } from "../../../host/plugins/compile.ts";
import { originalPosition, originalStack, positionInStack } from "../../../host/plugins/source-position.ts";

const { code, map } = compilePlugin(
  {
    "index.ts": "import { lib } from './lib'\nexport const processEvent = (event: any): any => lib(event)",
    "lib.ts": "export function lib(event: unknown) {\n  throw new Error('x')\n}",
  },
  "index.ts",
);
const place = (text: string): string => {
  const line = code.split("\n").findIndex((each) => each.includes(text));
  return `${line + 1}:${(code.split("\n")[line]?.indexOf(text) ?? 0) + 1}`;
};
const stack = [
  `    at lib (plugin.js:${place("new Error")})`,
  `    at processEvent (plugin.js:${place("_lib.lib.call")})`,
  "    at call (guest.js:3:5)",
  "    at native",
].join("\n");

test("a stack gets the author's files and places", () => {
  expect(originalStack(map, stack)).toBe(
    [
      "    at lib (lib.ts:2:9)",
      "    at processEvent (index.ts:2:50)",
      "    at call (guest.js:3:5)",
      "    at native",
    ].join("\n"),
  );
  expect(originalStack(map, "at plugin.js:1:2")).toBe("at plugin.js:1:2");
});

test("the innermost place of the author's is found", () => {
  expect(positionInStack(map, `at f (plugin.js:1:1)\n${stack}`)).toEqual({ file: "lib.ts", line: 2, column: 9 });
  expect(positionInStack(map, "at call (guest.js:3:5)")).toBeNull();
});

test("places outside the code are nowhere", () => {
  for (const [line, column] of [
    [0, 1],
    [1, 0],
    [-1, -1],
    [1e9, 1],
  ] as const)
    expect(originalPosition(map, line, column)).toBeNull();
});

test("a map survives storage", () => {
  const stored = JSON.parse(JSON.stringify(map)) as typeof map;
  expect(originalStack(stored, stack)).toBe(originalStack(map, stack));
});
