import type { CapabilityGrants } from "../../host/plugins/capabilities.ts";
import type { ConfigField } from "../../host/plugins/config-schema.ts";
import { conditionsOver, type Holds, isRequired, isVisible } from "../../host/plugins/form-conditions.ts";
import type { Json, JsonObject } from "../../host/event.ts";
import type { FileAttachment } from "../case/attachments.ts";

/** A field of a form that something can be entered into. */
export type EnteredField = ConfigField & Required<Pick<ConfigField, "key" | "type">>;

const isEntered = (field: ConfigField): field is EnteredField => field.key !== undefined && field.type !== undefined;

/** A plugin's form, with what a config has and what was entered over it. */
export class Form {
  readonly #fields: readonly ConfigField[];
  readonly #stored: ReadonlyMap<string, Json>;
  /** Texts by key, over those that the config has. */
  readonly values = new Map<string, string>();
  readonly files = new Map<string, FileAttachment>();
  /** Keys whose values and files are taken away. */
  readonly unset = new Set<string>();
  /** What the plugin may use; undefined where nobody has said. */
  grants: CapabilityGrants | undefined;

  /** @param stored the values of a config that there is, with a description for each file */
  constructor(fields: readonly ConfigField[], stored: JsonObject = {}) {
    this.#fields = fields;
    this.#stored = new Map(Object.entries(stored));
  }

  /** The entries of the form in order, those that only show a text, too. */
  get fields(): readonly ConfigField[] {
    return this.#fields;
  }

  /** The text that a field holds now, its default where nothing was entered. */
  textOf(key: string): string {
    const value =
      this.values.get(key) ?? this.#stored.get(key) ?? this.#fields.find((field) => field.key === key)?.default;
    return typeof value === "string" ? value : "";
  }

  /** Whether the config has a value or file for a field already. */
  isStored(key: string): boolean {
    const value = this.#stored.get(key);
    return value !== undefined && value !== null && value !== "";
  }

  isRequired(field: ConfigField): boolean {
    return isRequired(field, this.#holds);
  }

  /** Whether a field is shown, as it depends on what was entered so far. */
  isVisible(field: ConfigField): boolean {
    return isVisible(field, this.#holds);
  }

  /** The fields that something can be entered into. */
  get entered(): readonly EnteredField[] {
    return this.#fields.filter(isEntered);
  }

  /** Keys of what is taken away that are files. */
  get unsetFiles(): readonly string[] {
    return [...this.unset].filter((key) => this.#isFile(key));
  }

  /** All values, those of the config that nobody has changed included; undefined where nothing is to be changed. */
  get allValues(): JsonObject | undefined {
    const hidden = this.entered.filter((field) => !this.isVisible(field)).map(({ key }) => key);
    const values = [...this.values].filter(([key]) => !hidden.includes(key));
    if (values.length + this.unset.size === 0) return undefined;
    const all = new Map<string, Json>([...this.#stored, ...values]);
    return Object.fromEntries([...all].filter(([key]) => !this.unset.has(key)));
  }

  get #holds(): Holds {
    return conditionsOver(
      (key) => this.textOf(key),
      (key) => this.files.has(key) || (this.#isFile(key) && this.isStored(key)),
    );
  }

  #isFile(key: string): boolean {
    return this.#fields.some((field) => field.key === key && field.type === "attachment");
  }
}
