/** A fenced block of a Markdown document. */
export interface CodeBlock {
  /** The first word after the fence: sh, js, json, ... */
  language: string;
  /** What a test does with it; see {@link readCodeBlocks}. */
  action: { kind: "start" | "run" | "skip" | "output" | "none" } | { kind: "file" | "quote"; path: string };
  text: string;
  /** Of the opening fence, counted from 1. */
  line: number;
}

const FENCE = /^```(\w*)[ \t]*(.*)\n([\s\S]*?)^```$/gm;
const KINDS = ["start", "run", "skip", "output"] as const;

/**
 * The fenced blocks of a document, with what its test does with each. A word after the language says so; readers do not see it.
 *
 * - ` ```sh start ` starts Hoglet: what follows runs against that server.
 * - ` ```sh run ` is executed in a copy of the project's folder, with ADMIN_TOKEN set. `http://localhost:8787` is the server that was started.
 * - ` ```text output ` holds lines that the output of the `run` block before it must contain, if need be when it is run again.
 * - ` ```js file=hello/index.js ` is written to that file, for later blocks to use.
 * - ` ```js quote=examples/hello-world/index.js ` stands in that file of the project, word for word.
 * - ` ```sh skip ` cannot be run in a test (`npx wrangler login`). A shell block without a word is an error, so that none is forgotten.
 */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const [, language = "", info = "", text = ""] = match;
    const line = markdown.slice(0, match.index).split("\n").length;
    return { language, action: readAction(language, info.trim(), line), text, line };
  });
}

function readAction(language: string, info: string, line: number): CodeBlock["action"] {
  const [, verb, path] = /^(file|quote)=(\S+)$/.exec(info) ?? [];
  if ((verb === "file" || verb === "quote") && path !== undefined) return { kind: verb, path };
  const kind = KINDS.find((candidate) => candidate === info);
  if (kind) return { kind };
  if (info)
    throw new Error(
      `line ${line}: a code block says ${JSON.stringify(info)}; it can say ${KINDS.join(", ")}, file=PATH or quote=PATH`,
    );
  if (language === "sh") throw new Error(`line ${line}: a shell block must say start, run or skip, as in \`\`\`sh run`);
  return { kind: "none" };
}
