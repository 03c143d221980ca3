import { expect, test } from "vitest";
import { codeFrame } from "../../../host/plugins/code-frame.ts";

test("shows two lines on either side and a caret", () => {
  const source = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`).join("\r\n");
  expect(codeFrame(source, 9, 6)).toBe(
    ["   7 | line 7", "   8 | line 8", ">  9 | line 9", "     |      ^", "  10 | line 10", "  11 | line 11"].join("\n"),
  );
  expect(codeFrame(source, 1, 1)).toBe(["> 1 | line 1", "    | ^", "  2 | line 2", "  3 | line 3"].join("\n"));
});

test("keeps tabs, so that the caret stands below its place", () => {
  expect(codeFrame("\t\tx = ;", 1, 7)).toBe("> 1 | \t\tx = ;\n    | \t\t    ^");
});

test("points behind the end of a line", () => {
  expect(codeFrame("abc", 1, 6)).toBe("> 1 | abc\n    |      ^");
});

test("cuts a long line to a window around the place", () => {
  const frame = codeFrame(`${"a".repeat(5000)}!${"b".repeat(5000)}`, 1, 5001);
  const [shown = "", caret = ""] = frame.split("\n");
  expect(frame.length).toBeLessThan(300);
  expect(shown[caret.indexOf("^")]).toBe("!");
});
