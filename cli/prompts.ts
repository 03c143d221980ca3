import { confirm, isCancel, multiselect, password, select, text } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "./errors.ts";
import { plainText } from "./print/plain-text.ts";

/** Asks whoever sits at a terminal. Every method throws UsageError when they leave. */
export interface Prompts {
  text(question: string, options?: { initial?: string | undefined; check?: Check | undefined }): Promise<string>;
  /** Typed without being shown. */
  secret(question: string, check?: Check): Promise<string>;
  choice(question: string, choices: readonly Choice[], initial?: string): Promise<string>;
  /** Any number of choices, by their values. */
  several(question: string, choices: readonly Choice[], initial: readonly string[]): Promise<string[]>;
  confirm(question: string): Promise<boolean>;
}

/** One of several answers. */
export interface Choice {
  value: string;
  /** What is shown for it. */
  label: string;
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
    async secret(question, check) {
      const asked = { ...way, message: plainText(question) };
      return answered(await password({ ...asked, validate: (value) => check?.(value ?? "") })) ?? "";
    },
    async choice(question, choices, initial) {
      const asked = { ...way, message: plainText(question), options: choices.map(plainChoice) };
      return answered(await select({ ...asked, ...(initial !== undefined && { initialValue: initial }) }));
    },
    async several(question, choices, initial) {
      const asked = { ...way, message: plainText(question), options: choices.map(plainChoice) };
      return answered(await multiselect({ ...asked, initialValues: [...initial], required: false }));
    },
    confirm: async (question) => answered(await confirm({ ...way, message: plainText(question) })),
  };
}

const plainChoice = ({ value, label }: Choice): Choice => ({ value, label: plainText(label) });

function answered<Answer>(answer: Answer | symbol): Answer {
  if (isCancel(answer)) throw new UsageError("nothing was changed");
  return answer as Answer;
}
