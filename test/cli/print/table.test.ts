import { expect, test } from "vitest";
import { table } from "../../../cli/print/table.ts";

test("columns stand below each other where characters take two columns, or none", () => {
  expect(
    table(
      ["name", "id"],
      [
        ["東京", 1],
        ["e\u0301te\u0301", 2],
        ["abcde", 3],
      ],
    ),
  ).toEqual(["NAME   ID", "東京   1", "e\u0301te\u0301    2", "abcde  3"]);
});

test("what is long is cut between characters", () => {
  const [, row = ""] = table(["text"], [["👩‍👩‍👧".repeat(40)]]);
  expect(row).toBe(`${"👩‍👩‍👧".repeat(28)}...`);
  expect(table(["text"], [["東".repeat(30)]])[1]).toBe("東".repeat(30));
});

test("a cell is one line, and nothing in it steers the terminal", () => {
  expect(table(["text"], [["a\n\tb\u001b[31mred\u009b2J\u0007\b\u202e"]])[1]).toBe("a bred");
});
