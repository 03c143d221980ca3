import { describe, test } from "vitest";

import { stopped } from "./support/attack.ts";

/** An event that holds one object very often, which has more properties than JSON shows. */
const returned = (hide: string) => `
  const hiding = {};
  for (let i = 0; i < 2000; i++) ${hide};
  return { event: "e", properties: { list: Array(20_000).fill(hiding) } };`;

describe("Properties that JSON leaves out are charged for when an event is read where it lies.", () => {
  test.each([
    ["hidden ones", returned(`Object.defineProperty(hiding, "k" + i, { value: 1 })`)],
    ["symbols", returned("hiding[Symbol()] = 1")],
  ])("%s", async (_, body) => {
    await stopped("fuel", body, { function: "processEvent" });
  });
});
