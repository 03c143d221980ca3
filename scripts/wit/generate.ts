import { componentEmbed, print, types } from "@bytecodealliance/jco";

import { emitContract, emitGuest } from "./emit.ts";
import { readSexpr } from "./sexpr.ts";
import { readWorld } from "./world.ts";

/** What `npm run wit` writes to `wit/generated/`: file contents by path. */
export type Generated = Map<string, string>;

/**
 * Compiles the world `plugin` through jco into host types (`types/`), the boundary's checks (`contract.ts`) and the
 * guest's bridge (`guest.ts`).
 * @param witPath the folder with the .wit files
 */
export async function generate(witPath: string): Promise<Generated> {
  const files: Generated = new Map();
  const decoder = new TextDecoder();
  const declarations = await types(witPath, { name: "plugin", worldName: "plugin" });
  for (const [path, bytes] of Object.entries(declarations)) files.set(`types/${path}`, decoder.decode(bytes));

  const core = await componentEmbed({ witPath, dummy: true, world: "plugin" });
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(new Uint8Array(core)), "component-type");
  if (!section) throw new Error("jco embedded no component type");
  const world = readWorld(readSexpr(await print(new Uint8Array(section))));

  files.set("contract.ts", emitContract(world, outcomeKinds(files)));
  files.set("guest.ts", emitGuest(world));
  return files;
}

function outcomeKinds(files: Generated): string[] {
  const declared = /export type OutcomeKind = (.*);/.exec(files.get("types/interfaces/hoglet-plugin-types.d.ts") ?? "");
  const kinds = declared?.[1]?.match(/(?<=')[^' |]+(?=')/g);
  if (!kinds) throw new Error("wit/types.wit declares no enum outcome-kind");
  return kinds;
}
