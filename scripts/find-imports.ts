/** One import or re-export of a source file. */
export interface Import {
  /** As written. */
  from: string;
  /** Gone when the file is compiled: `import type`, or an import inside a type. */
  typeOnly: boolean;
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const STATEMENT = /^\s*(?:import|export)\s+(type\s)?(?:[^"'`;()=]*?\sfrom\s*)?["']([^"'\n]+)["']/gm;
const CALL = /(typeof\s+|[:|<]\s*)?\bimport\(\s*["']([^"'\n]+)["']\s*\)/g;

/** The modules that a TypeScript or JavaScript source names, read without compiling it. A name that is computed is not found. */
export function findImports(source: string): Import[] {
  const code = source.replace(COMMENT, "");
  const statements = [...code.matchAll(STATEMENT)].map(([, type, from = ""]) => ({
    from,
    typeOnly: type !== undefined,
  }));
  const calls = [...code.matchAll(CALL)].map(([, type, from = ""]) => ({ from, typeOnly: type !== undefined }));
  return [...statements, ...calls];
}
