import { componentEmbed, print } from "@bytecodealliance/jco";

import { readSexpr } from "../../scripts/wit/sexpr.ts";
import { readWorld } from "../../scripts/wit/world.ts";
import type { World } from "../../scripts/wit/world.ts";

/** The world `plugin` of a WIT text, read the way `npm run wit` reads ours. */
export async function readWit(witSource: string): Promise<World> {
  const core = await componentEmbed({ witSource, dummy: true, world: "plugin" });
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(new Uint8Array(core)), "component-type");
  if (!section) throw new Error("no component type");
  return readWorld(readSexpr(await print(new Uint8Array(section))));
}
