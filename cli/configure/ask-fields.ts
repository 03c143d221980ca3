import { existsSync, statSync } from "node:fs";
import { flagAttachments } from "../case/attachments.ts";
import type { Check, Prompts } from "../prompts.ts";
import type { EnteredField, Form } from "./form.ts";

/** Somebody at a terminal. */
export interface Asking {
  prompts: Prompts;
  /** Shows a text between questions. */
  say(text: string): void;
}

/**
 * Asks for the fields of a form that are shown, in order. What an answer brings into view, or makes required, is asked for, too.
 * @param keys those that are to be asked for; all when it is absent
 */
export async function askFields(asking: Asking, form: Form, keys?: ReadonlySet<string>): Promise<void> {
  const done = new Set<EnteredField>();
  const isOpen = (field: EnteredField): boolean =>
    form.isVisible(field) &&
    (done.has(field)
      ? form.isRequired(field) && !isFilled(form, field)
      : (keys?.has(field.key) ?? true) || (form.isRequired(field) && !isFilled(form, field)));
  for (let field = form.entered.find(isOpen); field; field = form.entered.find(isOpen)) {
    done.add(field);
    for (const text of textsBefore(form, field)) asking.say(text);
    await askField(asking.prompts, form, field);
  }
}

/** Texts of the form that stand right before a field, and its own. */
function textsBefore(form: Form, field: EnteredField): string[] {
  const at = form.fields.indexOf(field);
  const before = form.fields.slice(0, at);
  const since = before.findLastIndex(({ key }) => key !== undefined);
  return [...before.slice(since + 1), field].flatMap(({ markdown }) => (markdown === undefined ? [] : [markdown]));
}

function isFilled(form: Form, { key, type }: EnteredField): boolean {
  return type === "attachment" ? form.files.has(key) || form.isStored(key) : form.textOf(key) !== "";
}

async function askField(prompts: Prompts, form: Form, field: EnteredField): Promise<void> {
  const { key, type, choices = [], secret, name, hint } = field;
  const isRequired = form.isRequired(field);
  const isKept = form.isStored(key);
  const question = [name ?? key, isRequired ? "(required)" : "", hint ? `- ${hint}` : ""].filter(Boolean).join(" ");
  const kept = isKept ? " (empty keeps it)" : "";
  if (type === "attachment") {
    const path = await prompts.text(`${question}: path of the file${kept}`, {
      check: fileProblem(isRequired && !isFilled(form, field)),
    });
    const [file] = path === "" ? [] : await flagAttachments([`${key}=${path}`], ".");
    if (file) form.files.set(key, file);
  } else if (type === "choice" && choices.length > 0) {
    const none = isRequired || field.default !== undefined ? [] : [{ value: "", label: "(none)" }];
    const all = [...none, ...choices.map((value) => ({ value, label: value }))];
    form.values.set(key, await prompts.choice(question, all, form.textOf(key)));
  } else if (secret) {
    const before = form.values.get(key) || isKept;
    const answer = await prompts.secret(`${question}${before ? " (empty keeps it)" : ""}`, (text) =>
      text === "" && before ? undefined : textProblem(isRequired, type === "json")(text),
    );
    if (answer !== "" || !before) form.values.set(key, answer);
  } else
    form.values.set(
      key,
      await prompts.text(question, { initial: form.textOf(key), check: textProblem(isRequired, type === "json") }),
    );
}

function textProblem(isRequired: boolean, isJson: boolean): Check {
  return (answer) => {
    if (answer === "") return isRequired ? "it is required" : undefined;
    if (!isJson) return undefined;
    try {
      JSON.parse(answer);
      return undefined;
    } catch (error) {
      return `it must be JSON: ${(error as Error).message}`;
    }
  };
}

function fileProblem(isRequired: boolean): Check {
  return (answer) => {
    if (answer === "") return isRequired ? "it is required" : undefined;
    if (!existsSync(answer)) return `there is no file ${answer}`;
    return statSync(answer).isFile() ? undefined : `${answer} is no file`;
  };
}
