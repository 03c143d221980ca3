import { expect, test } from "vitest";
import { askGrants } from "../../../cli/configure/ask-grants.ts";
import { promptsOn } from "../../../cli/prompts.ts";
import type { CapabilityGrants } from "../../../host/plugins/capabilities.ts";
import { CLEAR, DOWN, ENTER, SPACE, type Typed, typist } from "../typist.ts";

type Plugin = Parameters<typeof askGrants>[1];

const at = (line: number) => ({ file: "index.js", line });

async function ask(plugin: Plugin, typed: Typed[], before: CapabilityGrants | null = null) {
  const { input, output, asked, left } = typist(typed);
  const said: string[] = [];
  const prompts = promptsOn(input, output);
  const grants = await askGrants({ prompts, say: (text) => said.push(text) }, plugin, before);
  expect(left()).toEqual([]);
  return { grants, said, asked: asked() };
}

test("what plugin.json asks for is chosen, what its code is found to name beside that is not", async () => {
  const plugin = {
    declared_capabilities: { fetch: ["api.example.com"], cache: true, storage: false },
    used_capabilities: {
      cache: at(3),
      jobs: at(4),
      storage: at(5),
      fetch: { ...at(6), hosts: [{ host: "other.example.com", ...at(7) }], unknown_hosts: at(8) },
    },
  };
  const { grants, said, asked } = await ask(plugin, [[/What may it use/, ENTER]]);
  expect(grants).toEqual({ cache: true, fetch: ["api.example.com"] });
  expect(said).toEqual([]);
  expect(asked).toContain("◼ cache  (plugin.json, index.js:3)");
  expect(asked).toContain("◼ fetch from api.example.com  (plugin.json)");
  expect(asked).toContain("◻ fetch from other.example.com  (index.js:7)");
  expect(asked).toContain("◻ jobs  (index.js:4)");
  expect(asked).toContain("◻ storage  (index.js:5)");
});

test("every host is granted to those alone who type it, whatever plugin.json asks for", async () => {
  for (const fetch of [true, ["*"]]) {
    const plugin = { declared_capabilities: { fetch }, used_capabilities: { fetch: at(1) } };
    const nothing = await ask(plugin, [[/Other hosts/, ENTER]]);
    expect(nothing.grants).toEqual({});
    expect(nothing.said).toEqual([expect.stringContaining("asks to fetch from every host")]);
    expect((await ask(plugin, [[/Other hosts/, "*", ENTER]])).grants).toEqual({ fetch: ["*"] });
  }
});

test("what was granted before is what stands there", async () => {
  const plugin = {
    declared_capabilities: null,
    used_capabilities: {
      cache: at(1),
      jobs: at(2),
      fetch: { ...at(3), hosts: [{ host: "api.example.com", ...at(3) }], unknown_hosts: at(4) },
    },
  };
  const before = { jobs: true, fetch: ["api.example.com", "*.example.org"] };
  const typed: Typed[] = [
    [/What may it use/, ENTER],
    [/Other hosts/, ENTER],
  ];
  expect((await ask(plugin, typed, before)).grants).toEqual(before);
  const changed: Typed[] = [
    [/What may it use/, SPACE, DOWN, SPACE, ENTER],
    [/Other hosts/, CLEAR, ENTER],
  ];
  expect((await ask(plugin, changed, before)).grants).toEqual({ cache: true, jobs: true });
  expect((await ask(plugin, changed, {})).grants).toEqual({ cache: true, fetch: ["api.example.com"] });
});

test("a plugin that was never looked at is offered everything, and its hosts have to be said", async () => {
  const plugin = { declared_capabilities: null, used_capabilities: null };
  const { grants, said } = await ask(plugin, [
    [/What may it use/, ENTER],
    [/Other hosts/, "API.example.com", ENTER],
    [/must be a lower-case host/, CLEAR, "api.example.com, *.example.org", ENTER],
  ]);
  expect(grants).toMatchObject({ cache: true, storage: true, fetch: ["api.example.com", "*.example.org"] });
  expect(grants).not.toHaveProperty("log");
  expect(said).toEqual([expect.stringContaining("not known which hosts")]);
});

test("a plugin that needs nothing is asked nothing about", async () => {
  expect(await ask({ declared_capabilities: null, used_capabilities: {} }, [])).toMatchObject({ grants: undefined });
  expect(await ask({ declared_capabilities: { cache: false }, used_capabilities: {} }, [])).toMatchObject({
    grants: undefined,
  });
});

test("names that a plugin's author chose do not steer the terminal", async () => {
  const plugin = {
    declared_capabilities: null,
    used_capabilities: { cache: { file: "a\u001b]52;c;cm0=\u0007.js", line: 1 } },
  };
  const { input, output, asked } = typist([[/What may it use/, ENTER]]);
  const raw: string[] = [];
  output.on("data", (data: Buffer) => raw.push(data.toString()));
  await askGrants({ prompts: promptsOn(input, output), say: () => undefined }, plugin, null);
  expect(asked()).toContain("cache");
  expect(raw.join("")).not.toContain("\u001b]52");
});
