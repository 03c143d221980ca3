import { expect, test } from "vitest";
import { expositionOf } from "../../../../host/api/insight/exposition.ts";
import { readExposition } from "./read-exposition.ts";

test("what labels say stays in them, whatever it is", () => {
  const hostile = ['a"} 1\nhoglet_fake 2', "back\\slash\\n", "\n", '\\"', "lone \ud800", "", "ünï{}=,"];
  const text = expositionOf([
    {
      name: "hoglet_x",
      type: "gauge",
      help: "X.",
      samples: hostile.map((name, value) => ({ labels: { name, team: 1 }, value })),
    },
  ]);
  const { hoglet_x: read, ...others } = readExposition(text);
  expect(others).toEqual({});
  expect(read?.type).toBe("gauge");
  expect(read?.samples.map(({ labels }) => labels["name"])).toEqual(hostile.map((name) => name.toWellFormed()));
  expect(read?.samples.map(({ value }) => value)).toEqual(hostile.map((_, i) => i));
});

test("a metric without samples is not told of", () => {
  expect(expositionOf([{ name: "hoglet_none", type: "counter", help: "None.", samples: [] }])).toBe("");
});
