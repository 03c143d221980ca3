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
      undefined,
    ),
  ).toEqual(["NAME   ID", "東京   1", "e\u0301te\u0301    2", "abcde  3"]);
});

test("what is long is cut between characters", () => {
  const [, row = ""] = table(["text"], [["👩‍👩‍👧".repeat(40)]], undefined);
  expect(row).toBe(`${"👩‍👩‍👧".repeat(28)}...`);
  expect(table(["text"], [["東".repeat(30)]], undefined)[1]).toBe("東".repeat(30));
});

test("a cell is one line, and nothing in it steers the terminal", () => {
  expect(table(["text"], [["a\n\tb\u001b[31mred\u009b2J\u0007\b\u202e"]], undefined)[1]).toBe("a bred");
});

const UUID = "01a22ba8-14fa-7dc1-a3f1-d42e9193aa80";

test("where a table does not fit into its terminal, what is longest goes below each row", () => {
  const heads = ["time", "plugin", "message", "version"];
  const hash = "0123456789abcdef".repeat(4);
  const message = "Error: and a message that is so long that all of it would take more than its terminal has";
  const rows = [
    ["2026-11-30T08:52:45.452Z", "GeoIP", message, hash],
    ["2026-11-30T08:52:46.000Z", "Other", null, hash],
  ];
  expect(table(heads, rows, 80)).toEqual([
    "TIME                  PLUGIN  VERSION",
    "    MESSAGE",
    "2026-11-30 08:52:45Z  GeoIP   0123456789ab",
    `    ${message.slice(0, 73)}...`,
    "2026-11-30 08:52:46Z  Other   0123456789ab",
  ]);
  expect(table(heads, rows, 200)[1]).toBe(`2026-11-30 08:52:45Z  GeoIP   ${message.slice(0, 57)}...  0123456789ab`);
});

test("then the widest column gives way first, but for what is of no use in parts", () => {
  const heads = ["uuid", "function", "name"];
  const row = [UUID, "processEventBatch", "a name of a plug in"];
  expect(table(heads, [row], 70)).toEqual([
    `UUID${" ".repeat(34)}FUNCTION         NAME`,
    `${UUID}  processEvent...  a name of a ...`,
  ]);
  // Where nothing helps, it is the terminal's to wrap.
  expect(table(heads, [row], 10)[1]).toBe(`${UUID}  proce...  a nam...`);
});

test("a list of texts is shown as one", () => {
  expect(table(["scopes"], [[["read", "write"]], [[]], [[1, "a"]]], undefined)).toEqual([
    "SCOPES",
    "read, write",
    "-",
    '[1,"a"]',
  ]);
});
