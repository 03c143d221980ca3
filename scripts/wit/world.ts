import type { Func, Type } from "../../wit/type.ts";
import type { Sexpr } from "./sexpr.ts";

/** A world as data: the functions of each interface, by interface name. Interfaces without functions are left out. */
export interface World {
  imports: Record<string, Func[]>;
  exports: Record<string, Func[]>;
}

type Entry =
  | Type
  | { func: Omit<Func, "name"> }
  | { instance: Scope }
  | { result: { ok: Type | null; fallible: boolean } };

interface Scope {
  types: Entry[];
  named: Map<string, Entry>;
  funcs: Func[];
}

/**
 * Reads a world out of the component type that `wit-component` writes for it (the only lossless form that jco's
 * public API gives of a WIT world).
 * @param root the S-expression of a component whose only export is the encoded world
 */
export function readWorld(root: Sexpr): World {
  const world = find(find(root, "type"), "component");
  const component = find(find(world, "type"), "component");
  const scope: Scope = { types: [], named: new Map(), funcs: [] };
  const instances: Scope[] = [];
  const result: World = { imports: {}, exports: {} };
  for (const item of component.slice(1)) {
    const [head, ...rest] = list(item);
    if (head === "type") scope.types.push(readType(rest[0], scope));
    else if (head === "alias") scope.types.push(aliasExport(rest, instances));
    else if (head === "import" || head === "export") {
      const instance = scope.types[index(find(rest[1], "type")[1])];
      if (!instance || typeof instance === "string" || !("instance" in instance))
        throw new Error(`not an interface: ${JSON.stringify(rest)}`);
      instances.push(instance.instance);
      const name = string(rest[0]).replace(/^.*\//, "");
      if (instance.instance.funcs.length > 0)
        result[head === "import" ? "imports" : "exports"][name] = instance.instance.funcs;
    }
  }
  return result;
}

function readInstance(body: Sexpr[], outer: Scope): Entry {
  const scope: Scope = { types: [], named: new Map(), funcs: [] };
  for (const item of body) {
    const [head, ...rest] = list(item);
    if (head === "type") scope.types.push(readType(rest[0], scope, outer));
    else if (head === "alias") scope.types.push(at(outer, rest[2]));
    else if (head === "export") {
      const name = string(rest[0]);
      const [kind, of] = list(rest[1]);
      const entry = at(scope, list(of)[1]);
      if (kind === "type") {
        scope.types.push(entry);
        scope.named.set(name, entry);
      } else if (typeof entry === "object" && "func" in entry) scope.funcs.push({ name: camel(name), ...entry.func });
    }
  }
  return { instance: scope };
}

function readType(expr: Sexpr | undefined, scope: Scope, outer: Scope = scope): Entry {
  if (!Array.isArray(expr)) return primitive(expr, scope);
  const [head, ...rest] = expr;
  const inner = (e: Sexpr | undefined): Type => plain(readType(e, scope));
  switch (head) {
    case "instance":
      return readInstance(rest, outer);
    case "option":
      return { option: inner(rest[0]) };
    case "list": {
      return rest[0] === "u8" ? "bytes" : { list: inner(rest[0]) };
    }
    case "tuple":
      return { tuple: rest.map(inner) };
    case "enum":
      return { enum: rest.map(string) };
    case "record":
      return { record: rest.map((f) => [camel(string(list(f)[1])), inner(list(f)[2])] as const) };
    case "variant":
      return {
        variant: rest.map((c) => [string(list(c)[1]), list(c)[2] === undefined ? null : inner(list(c)[2])] as const),
      };
    case "result": {
      const ok = rest.find((r) => !(Array.isArray(r) && r[0] === "error"));
      return { result: { ok: ok === undefined ? null : inner(ok), fallible: true } };
    }
    case "func":
      return { func: readFunc(rest, scope) };
    default:
      throw new Error(
        `the contract does not use ${JSON.stringify(head)} yet: teach scripts/wit/world.ts and wit/codec.ts`,
      );
  }
}

function readFunc(parts: Sexpr[], scope: Scope): Omit<Func, "name"> {
  const params: [string, Type][] = [];
  let result: Type | null = null;
  let fallible = false;
  for (const part of parts.filter((p) => p !== "async")) {
    const [head, ...rest] = list(part);
    if (head === "param") params.push([string(rest[0]), plain(readType(rest[1], scope))]);
    else {
      const entry = readType(rest[0], scope);
      if (typeof entry === "object" && "result" in entry) ({ ok: result, fallible } = entry.result);
      else result = plain(entry);
    }
  }
  return { async: parts.includes("async"), params, result, fallible };
}

const PRIMITIVES = new Set(["bool", "f64", "s32", "string", "u16", "u32"]);

function primitive(atom: Sexpr | undefined, scope: Scope): Entry {
  if (typeof atom !== "string") throw new Error("missing type");
  if (/^\d+$/.test(atom)) return at(scope, atom);
  if (!PRIMITIVES.has(atom))
    throw new Error(`the contract does not use ${atom}: 64-bit integers become bigint, use f64`);
  return atom as Type;
}

function plain(entry: Entry): Type {
  if (typeof entry === "object" && ("func" in entry || "instance" in entry || "result" in entry))
    throw new Error(`not a value type: ${JSON.stringify(entry)}`);
  return entry;
}

function aliasExport([, instance, name]: Sexpr[], instances: Scope[]): Entry {
  const entry = instances[index(instance)]?.named.get(string(name));
  if (!entry) throw new Error(`unknown alias ${JSON.stringify(name)}`);
  return entry;
}

function at(scope: Scope, i: Sexpr | undefined): Entry {
  const entry = scope.types[index(i)];
  if (entry === undefined) throw new Error(`unknown type ${JSON.stringify(i)}`);
  return entry;
}

const index = (atom: Sexpr | undefined): number => Number(atom);
const list = (expr: Sexpr | undefined): Sexpr[] => (Array.isArray(expr) ? expr : []);
const string = (expr: Sexpr | undefined): string => String(expr).replace(/^"/, "");
const camel = (name: string): string => name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());

function find(expr: Sexpr | undefined, head: string): Sexpr[] {
  const found = list(expr).find((e) => Array.isArray(e) && e[0] === head);
  if (!Array.isArray(found)) throw new Error(`no (${head}) in the component type`);
  return found;
}
