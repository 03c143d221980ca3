import { expect, test } from "vitest";

import { readCodeBlocks } from "./code-blocks.ts";

const fence = "```";

test("blocks are found with what is to be done with them", () => {
  const markdown = `# Title\n\n${fence}sh run\necho hi\n${fence}\n\n${fence}js file=a/b.js\nx\ny\n${fence}\n${fence}toml\nz\n${fence}\n${fence}ts quote=c.ts\nq\n${fence}\n`;
  expect(readCodeBlocks(markdown)).toEqual([
    { language: "sh", action: { kind: "run" }, text: "echo hi\n", line: 3 },
    { language: "js", action: { kind: "file", path: "a/b.js" }, text: "x\ny\n", line: 7 },
    { language: "toml", action: { kind: "none" }, text: "z\n", line: 11 },
    { language: "ts", action: { kind: "quote", path: "c.ts" }, text: "q\n", line: 14 },
  ]);
});

test("a shell block that says nothing is an error", () => {
  expect(() => readCodeBlocks(`\n${fence}sh\necho hi\n${fence}\n`)).toThrow(
    "line 2: a shell block must say start, run or skip",
  );
});

test("a word that means nothing is an error", () => {
  expect(() => readCodeBlocks(`${fence}sh rnu\necho hi\n${fence}\n`)).toThrow('line 1: a code block says "rnu"');
});
