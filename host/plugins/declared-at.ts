/**
 * A hint of the inspection that begins with the name of a function, with the place where that is declared in the author's files: the sandbox
 * sees that it is there, not where.
 */
export function withPlace(hint: string, texts: Readonly<Record<string, string>>): string {
  const [name] = /^\w+(?= )/.exec(hint) ?? [];
  if (name === undefined) return hint;
  const declaration = new RegExp(`^[ \\t]*(?:const|let|class)[ \\t]+${name}\\b`, "m");
  for (const [path, text] of Object.entries(texts)) {
    const at = declaration.exec(text);
    if (at !== null) return `${path}:${text.slice(0, at.index).split("\n").length}: ${hint}`;
  }
  return hint;
}
