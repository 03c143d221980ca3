import { readFile, readdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join, posix, relative, sep } from "node:path";

import { type Import, findImports } from "./find-imports.ts";

/** What a room of the house may import: other rooms, those of which only types, and whose modules. */
interface Room {
  rooms: readonly string[];
  typesOf?: readonly string[];
  platform: "none" | "node" | "node and cloudflare";
}

// The narrower path stands first. What is built (build/) belongs to the runtime.
const ROOMS: Readonly<Record<string, Room>> = {
  wit: { rooms: [], platform: "none" },
  types: { rooms: [], platform: "none" },
  "runtime/protocol.ts": { rooms: ["wit"], platform: "none" },
  "runtime/shared": { rooms: [], platform: "none" },
  "runtime/guest": { rooms: ["wit", "runtime/protocol.ts", "runtime/shared"], typesOf: ["runtime"], platform: "none" },
  runtime: {
    rooms: ["wit", "runtime/protocol.ts", "runtime/shared", "build"],
    typesOf: ["runtime/guest"],
    platform: "none",
  },
  host: {
    rooms: ["runtime", "runtime/protocol.ts", "runtime/shared", "wit", "build"],
    platform: "node and cloudflare",
  },
  cli: { rooms: ["runtime", "runtime/protocol.ts", "host", "wit", "build"], platform: "node" },
  "scripts/soak": { rooms: ["scripts", "cli", "test"], platform: "node" },
  scripts: {
    rooms: ["runtime", "runtime/protocol.ts", "runtime/guest", "host", "cli", "wit", "build"],
    platform: "node",
  },
  bench: {
    rooms: [
      "runtime",
      "runtime/protocol.ts",
      "host",
      "cli",
      "scripts",
      "scripts/soak",
      "test",
      "wit",
      "build",
      "node_modules",
    ],
    platform: "node",
  },
};

/** A module reaches everything that the modules it imports reach: these rooms stay free of Cloudflare's modules that way too. */
const RUN_IN_NODE = ["cli", "scripts", "scripts/soak", "bench"];

const SOURCE = /\.(ts|tsx|js)$/;

/**
 * Reads every source file of the rooms and returns what breaks the rule that imports point inwards (host -> runtime -> wit), one sentence each.
 * @param root the project's folder
 */
export async function findImportProblems(root: string): Promise<string[]> {
  const imports = new Map<string, Import[]>();
  for (const top of new Set(Object.keys(ROOMS).map((room) => String(room.split("/")[0]))))
    for (const file of await listSources(root, top))
      imports.set(file, findImports(await readFile(join(root, file), "utf8")));

  const problems: string[] = [];
  for (const [file, found] of imports)
    for (const imported of found) {
      const reason = whyForbidden(file, imported);
      if (reason) problems.push(`${file} imports ${imported.from}: ${reason}`);
    }
  for (const file of imports.keys()) {
    if (!RUN_IN_NODE.includes(roomOf(file) ?? "")) continue;
    const path = pathToCloudflare(file, imports);
    if (path)
      problems.push(`${path.join(" -> ")}: ${roomOf(file)} runs in Node, where Cloudflare's modules do not exist`);
  }
  return problems;
}

function whyForbidden(file: string, imported: Import): string | undefined {
  const name = String(roomOf(file));
  const room = ROOMS[name];
  if (!room) return undefined;
  const { from, typeOnly } = imported;

  if (!from.startsWith(".")) {
    // The npm package `buffer` bears the name of a module of Node's.
    const isNode = from.startsWith("node:") || (builtinModules.includes(from) && from !== "buffer");
    if (isNode && room.platform === "none") return `${name} knows nothing of Node`;
    if (from.startsWith("cloudflare:") && room.platform !== "node and cloudflare")
      return `${name} knows nothing of Cloudflare`;
    return undefined;
  }

  const target = resolve(file, from);
  const targetRoom = roomOf(target) ?? String(target.split("/")[0]);
  if (targetRoom === name || room.rooms.includes(targetRoom) || !target.includes("/")) return undefined;
  if (room.typesOf?.includes(targetRoom))
    return typeOnly ? undefined : `${name} may import types alone from ${targetRoom}`;
  return `${name} may not import from ${targetRoom}`;
}

function pathToCloudflare(start: string, imports: ReadonlyMap<string, Import[]>): string[] | undefined {
  const paths = [[start]];
  const seen = new Set([start]);
  for (const path of paths)
    for (const { from, typeOnly } of imports.get(String(path.at(-1))) ?? []) {
      if (typeOnly) continue;
      if (from.startsWith("cloudflare:")) return [...path, from];
      const target = from.startsWith(".") ? resolve(String(path.at(-1)), from) : undefined;
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      paths.push([...path, target]);
    }
  return undefined;
}

function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS).find((room) => file === room || file.startsWith(`${room}/`));
}

function resolve(file: string, from: string): string {
  return posix.join(posix.dirname(file), from);
}

async function listSources(root: string, top: string): Promise<string[]> {
  const entries = await readdir(join(root, top), { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => !file.includes("/node_modules/"))
    .sort();
}
