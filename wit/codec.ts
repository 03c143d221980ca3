import type { Type } from "./type.ts";

const { parse, stringify } = JSON;

/** A value that does not have the type its WIT declaration says. The message names the place: `cache.expire(ttl-seconds): expected u32, got "x"`. */
export class ContractError extends TypeError {
  override readonly name = "TypeError";
}

/**
 * The JSON text of a value. Its byte arrays cross beside the text, which refers to them by index: they are appended
 * to `buffers`. JSON text has no NUL and no lone surrogate, so no string is ever cut or changed. The other side checks;
 * this side only writes. Only single values go through JSON.stringify, so a `toJSON` that a plugin put on a prototype
 * changes nothing.
 */
export function toJson(type: Type, value: unknown, buffers: Uint8Array[]): string {
  if (type === "bytes") return `${buffers.push(value as Uint8Array) - 1}`;
  if (typeof type === "string" || "enum" in type) return stringify(value) ?? "null";
  if ("option" in type) return value === undefined || value === null ? "null" : toJson(type.option, value, buffers);
  if ("variant" in type) {
    const { tag, val } = value as { tag: string; val?: unknown };
    const payload = type.variant.find(([name]) => name === tag)?.[1] ?? null;
    return jsonList(payload === null ? [stringify(tag)] : [stringify(tag), toJson(payload, val, buffers)]);
  }
  if ("record" in type) {
    const record = value as Record<string, unknown>;
    return jsonList(type.record.map(([name, field]) => toJson(field, record[name], buffers)));
  }
  const list = value as unknown[];
  return jsonList(
    "tuple" in type
      ? type.tuple.map((item, i) => toJson(item, list[i], buffers))
      : list.map((item) => toJson(type.list, item, buffers)),
  );
}

const jsonList = (items: string[]): string => `[${items.join(",")}]`;

/**
 * The value behind its JSON text, checked against its type. Takes whatever the other side sent.
 * @param where the place named in an error, such as `report`
 * @throws {ContractError} when the text is no JSON, or the value does not have the type
 */
export function fromJson(type: Type, text: unknown, buffers: readonly Uint8Array[], where: string): unknown {
  return fromWire(type, parseJson(text, where), buffers, where);
}

/**
 * The value behind a JSON text that the other side sent.
 * @throws {ContractError} when it is no JSON text
 */
export function parseJson(text: unknown, where: string): unknown {
  try {
    if (typeof text === "string") return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ContractError(`${where}: expected JSON, got ${describe(text)}`);
}

/**
 * The value behind its JSON form, checked against its type.
 * @param where the place named in an error, such as `cache.get(key)`
 * @throws {ContractError} when the value does not have the type
 */
export function fromWire(type: Type, wire: unknown, buffers: readonly Uint8Array[], where: string): unknown {
  const fail = (): never => {
    throw new ContractError(`${where}: expected ${typeName(type)}, got ${describe(wire)}`);
  };
  if (typeof type === "string") {
    if (type === "bytes") return (typeof wire === "number" && buffers[wire]) || fail();
    return isPrimitive(type, wire) ? wire : fail();
  }
  if ("option" in type)
    return wire === null || wire === undefined ? undefined : fromWire(type.option, wire, buffers, where);
  if ("enum" in type) return type.enum.includes(wire as string) ? wire : fail();
  if (!Array.isArray(wire)) return fail();
  if ("list" in type) return wire.map((item, i) => fromWire(type.list, item, buffers, `${where}[${i}]`));
  if ("tuple" in type) return type.tuple.map((item, i) => fromWire(item, wire[i], buffers, `${where}[${i}]`));
  if ("variant" in type) {
    const found = type.variant.find(([name]) => name === wire[0]);
    if (!found) return fail();
    const [tag, payload] = found;
    return payload === null ? { tag } : { tag, val: fromWire(payload, wire[1], buffers, `${where}.${tag}`) };
  }
  const record: Record<string, unknown> = {};
  type.record.forEach(([name, field], i) => {
    const value = fromWire(field, wire[i], buffers, `${where}.${name}`);
    if (value !== undefined) record[name] = value;
  });
  return record;
}

function isPrimitive(type: string, value: unknown): boolean {
  if (type === "string") return typeof value === "string";
  if (type === "bool") return typeof value === "boolean";
  if (typeof value !== "number") return false;
  if (type === "f64") return true;
  if (!Number.isInteger(value)) return false;
  if (type === "s32") return value >= -0x80000000 && value <= 0x7fffffff;
  return value >= 0 && value <= (type === "u16" ? 0xffff : 0xffffffff);
}

function typeName(type: Type): string {
  if (typeof type === "string") return type === "bytes" ? "list<u8>" : type;
  if ("enum" in type) return type.enum.join(" | ");
  if ("option" in type) return `option<${typeName(type.option)}>`;
  if ("list" in type) return `list<${typeName(type.list)}>`;
  if ("variant" in type) return type.variant.map(([name]) => name).join(" | ");
  return "record" in type ? "record" : "tuple";
}

/** Short, whatever the value: it may be as long or as deep as memory allows. */
function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return `${value}`;
  return Array.isArray(value) ? "a list" : "an object";
}
