import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { QUOTA_NAMES, QUOTAS } from "../../host/team/quotas/quotas.ts";
import { DRAIN_FUEL } from "../../host/team/work/budget.ts";
import { DEFAULT_LIMITS, HIGHEST_LIMITS, LIMIT_NAMES } from "../../runtime/limits.ts";
import { ROOT } from "../../scripts/root.ts";
import { MADE_SECRET_NAMES, SETTINGS } from "../../scripts/secrets.ts";

const read = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");
const inWords = (value: number): string => value.toLocaleString("en-US");

/** The cells of all rows of all tables. */
const rowsOf = (markdown: string): string[][] =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("every limit is told with its default, its ceiling and its meaning in the source", async () => {
  const source = await read("runtime/limits.ts");
  const meanings = new Map(
    [...source.matchAll(/\/\*\* (.*) \*\/\n {2}(\w+): number;/g)].map(([, text, name]) => [name, text]),
  );
  const rows = rowsOf(await read("docs/operations.md"));
  const isHeader = ([name]: string[]) => name === "Limit";
  const told = rows.slice(rows.findIndex(isHeader) + 2).slice(0, LIMIT_NAMES.length);
  expect(told).toEqual(
    LIMIT_NAMES.map((name) => [
      `\`${name}\``,
      inWords(DEFAULT_LIMITS[name]),
      inWords(HIGHEST_LIMITS[name]),
      meanings.get(name),
    ]),
  );
});

test("every quota is told with its default, and what is so at its end", async () => {
  const rows = rowsOf(await read("docs/operations.md"));
  const told = rows.slice(rows.findIndex(([name]) => name === "Quota") + 2).slice(0, QUOTA_NAMES.length);
  expect(told).toEqual(
    QUOTA_NAMES.map((name) => [`\`${name}\``, inWords(QUOTAS[name].byDefault), QUOTAS[name].atTheEnd]),
  );
});

test("the fuel of an alarm is told as it is", async () => {
  expect(await read("docs/operations.md")).toContain(
    `\`drainFuel\`: the fuel that all plugins of one team use in one alarm before the rest waits for the next, ${inWords(DRAIN_FUEL)} by default`,
  );
});

test("every setting is told", async () => {
  const told = new Set(
    rowsOf(await read("docs/operations.md")).flatMap(([cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    ),
  );
  for (const name of [...SETTINGS, ...MADE_SECRET_NAMES]) expect([...told]).toContain(name);
});
