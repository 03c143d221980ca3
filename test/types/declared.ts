import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../../scripts/root.ts";

/** The text of a file of types/. */
export const declarations = (file: string): Promise<string> => readFile(join(ROOT, "types", file), "utf8");

/** The names of an interface's members. */
export async function membersOf(file: string, name: string): Promise<string[]> {
  const [, body] = new RegExp(`interface ${name}\\b[^{]*\\{\n(.*?)\n\\}`, "s").exec(await declarations(file)) ?? [];
  if (body === undefined) throw new Error(`types/${file} has no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = ""]) => member);
}
