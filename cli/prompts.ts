import { confirm, isCancel, password, select, text } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "./errors.ts";
import { plainText } from "./print/plain-text.ts";

/** Asks whoever sits at a terminal. Every method throws UsageError when they leave. */
export interface Prompts {
  text(question: string, options?: { initial?: string | undefined; check?: Check | undefined }): Promise<string>;
  /** Typed without being shown. */
  secret(question: string): Promise<string>;
  choice(question: string, choices: readonly string[], initial?: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
}

/** What is wrong with an answer; undefined when nothing is. */
export type Check = (answer: string) => string | undefined;

/** Prompts on a terminal. */
export function promptsOn(input: Readable, output: Writable): Prompts {
  const way = { input, output };
  return {
    async text(question, { initial, check } = {}) {
      const asked = { ...way, message: plainText(question), ...(initial !== undefined && { initialValue: initial }) };
      return answered(await text({ ...asked, validate: (value) => check?.(value ?? "") })) ?? "";
    },
    secret: async (question) => answered(await password({ ...way, message: plainText(question) })) ?? "",
    async choice(question, choices, initial) {
      const options = choices.map((value) => ({ value, label: plainText(value) }));
      const message = plainText(question);
      return answered(
        await select({ ...way, message, options, ...(initial !== undefined && { initialValue: initial }) }),
      );
    },
    confirm: async (question) => answered(await confirm({ ...way, message: plainText(question) })),
  };
}

function answered<Answer>(answer: Answer | symbol): Answer {
  if (isCancel(answer)) throw new UsageError("nothing was changed");
  return answer as Answer;
}
