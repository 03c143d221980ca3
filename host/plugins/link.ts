import { encodedMap, FlattenMap, type SectionedSourceMap } from "@jridgewell/trace-mapping";
import type { CompiledFile } from "./compile-file.ts";
import type { SourceMap } from "./source-position.ts";

/** A compiled file and what its relative imports mean: specifier -> path of another file. */
export interface LinkedFile extends CompiledFile {
  imports: Readonly<Record<string, string>>;
}

/**
 * Makes one script of several files. The entry stays at the top level of the script, so that its functions are found
 * as globals too; the others are functions below it. The script replaces `require` by one that knows the files
 * and hands every other name on; `module`, `exports` and an assignable `require` must be there when it runs. A file
 * that sets `module.exports` is its own `default`, as host modules are.
 */
export function linkFiles(entry: string, files: ReadonlyMap<string, LinkedFile>): { code: string; map: SourceMap } {
  const main = files.get(entry);
  if (main === undefined) throw new TypeError(`${entry} is not among the files`);
  const imports = Object.fromEntries([...files].map(([path, file]) => [path, file.imports]));
  const script = new Script();
  if (main.code.startsWith('"use strict"')) script.add('"use strict";');
  script.add(requireOf(entry, imports));
  script.addFile(main);
  script.add("\n;function __pluginFiles(){return {__proto__:null");
  for (const [path, file] of files) {
    if (path === entry) continue;
    script.add(`,\n[${JSON.stringify(path)}]:function(module,exports,require){`);
    script.addFile(file);
    script.add("\n}");
  }
  script.add("}}\n");
  const { sources, names, mappings } = encodedMap(new FlattenMap({ version: 3, sections: script.sections }));
  return { code: script.code, map: { version: 3, names, sources, mappings } };
}

/** Text that knows where each file in it begins. */
class Script {
  code = "";
  readonly sections: SectionedSourceMap["sections"] = [];
  #line = 0;
  #column = 0;

  add(text: string): void {
    const lines = text.split("\n");
    this.code += text;
    this.#line += lines.length - 1;
    this.#column = (lines.length > 1 ? 0 : this.#column) + (lines.at(-1)?.length ?? 0);
  }

  addFile(file: CompiledFile): void {
    this.sections.push({ offset: { line: this.#line, column: this.#column }, map: file.map });
    this.add(file.code);
  }
}

/** The expression that installs `require`, on one line. */
function requireOf(entry: string, imports: Readonly<Record<string, object>>): string {
  const script = `require=(function(outer,imports,files,loaded){
    function from(path){
      return function require(name){
        var own=imports[path];
        return Object.prototype.hasOwnProperty.call(own,name)?load(own[name]):outer(name);
      };
    }
    function load(path){
      if(!loaded[path]){
        var made=loaded[path]={exports:{}};
        files[path].call(made.exports,made,made.exports,from(path));
        var e=made.exports;
        if((typeof e==="function"||typeof e==="object"&&e)&&!e.__esModule&&!("default" in e)&&Object.isExtensible(e))
          Object.defineProperty(e,"default",{value:e,configurable:true,writable:true});
      }
      return loaded[path].exports;
    }
    loaded[${JSON.stringify(entry)}]=module;
    return from(${JSON.stringify(entry)});
  })(require,JSON.parse(${JSON.stringify(JSON.stringify(imports))}),__pluginFiles(),{__proto__:null});`;
  return script.replaceAll(/\n\s*/g, "");
}
