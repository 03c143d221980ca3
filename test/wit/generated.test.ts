import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { expect, test } from "vitest";

import { generate } from "../../scripts/wit/generate.ts";
import { CAPABILITY_NAMES, HANDLERS, OPERATIONS, OUTCOME_KINDS } from "../../wit/generated/contract.ts";

const wit = join(import.meta.dirname, "../../wit");

test("wit/generated is what `npm run wit` makes of wit/", async () => {
  const out = join(wit, "generated");
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const present = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(out, path), await readFile(path, "utf8")] as const;
      }),
  );
  expect(Object.fromEntries(present), "run `npm run wit`").toEqual(Object.fromEntries(await generate(wit)));
});

test("every interface that the world imports is a capability, and has operations", async () => {
  const world = await readFile(join(wit, "plugin.wit"), "utf8");
  const imports = [...world.matchAll(/^ *import ([a-z-]+);/gm)].map(([, name]) => name);
  expect(CAPABILITY_NAMES).toEqual(imports);
  expect([...new Set(OPERATIONS.map((operation) => operation.interface))]).toEqual(imports);
});

test("every name in a .wit file is an operation, an event handler or an outcome", async () => {
  const camel = (name: string): string => name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());
  const functions = await Promise.all(
    [...CAPABILITY_NAMES, "handlers"].map(async (name) => {
      const text = await readFile(join(wit, `${name}.wit`), "utf8");
      return [...text.matchAll(/^ *([a-z0-9-]+): (?:async )?func\(/gm)].map(
        ([, func = ""]) => `${name}.${camel(func)}`,
      );
    }),
  );
  const known = [
    ...OPERATIONS.map((operation) => `${operation.interface}.${operation.name}`),
    ...HANDLERS.map((handler) => `handlers.${handler.name}`),
  ];
  expect(functions.flat().toSorted()).toEqual(known.toSorted());
  const kinds = /enum outcome-kind \{([^}]*)\}/.exec(await readFile(join(wit, "types.wit"), "utf8"))?.[1];
  expect(OUTCOME_KINDS).toEqual(
    kinds
      ?.split(",")
      .map((kind) => kind.trim())
      .filter(Boolean),
  );
});

test("every operation that waits for anything may fail, as all I/O may", () => {
  for (const { interface: of, name, async, fallible } of OPERATIONS)
    if (async) expect([of, name, fallible]).toEqual([of, name, true]);
});
