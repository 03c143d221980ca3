import { ObjectPrototype, hasOwn, keys, stringify } from "../primordials.ts";
import type { Table } from "../primordials.ts";
import type { EventCall } from "./event-call.ts";
import type { View } from "./view.ts";

/**
 * Tells the host what a plugin changed of an event.
 * @returns false where the changes are of a kind that only the whole event tells
 */
export function tellChanges(call: EventCall): boolean {
  // With a toJSON in the way, JSON of the parts is not what JSON of the whole would be.
  if (call.isExotic || hasOwn(ObjectPrototype, "toJSON")) return false;
  for (let view = call.last; view; view = view.previous) if (view.changed?.["toJSON"]) return false;
  for (let view = call.last; view; view = view.previous) {
    const { changed, removed, lists } = view;
    if (removed) tellRemoved(call, view.id, removed);
    if (changed) tellChanged(call, view, changed);
    if (lists) tellLists(call, view, lists);
  }
  return true;
}

function tellRemoved(call: EventCall, id: number, removed: Table<true>): void {
  const all = keys(removed);
  for (let i = 0; i < all.length; i++) call.change(id, all[i] as string, undefined);
}

function tellChanged(call: EventCall, { id, target, children, removed }: View, changed: Table<true>): void {
  const all = keys(changed);
  for (let i = 0; i < all.length; i++) {
    const key = all[i] as string;
    const child = children?.[key];
    const isBack = child !== undefined && child.proxy === target[key] && !removed?.[key];
    if (!isBack) tell(call, id, key, target[key]);
  }
}

function tellLists(call: EventCall, { id, changed, removed }: View, lists: NonNullable<View["lists"]>): void {
  const all = keys(lists);
  for (let i = 0; i < all.length; i++) {
    const key = all[i] as string;
    const copied = lists[key];
    if (copied && !changed?.[key] && !removed?.[key] && stringify(copied.list) !== copied.json)
      tell(call, id, key, copied.list);
  }
}

/** What JSON leaves out is told as deleted, which makes no difference to anybody. */
function tell(call: EventCall, id: number, key: string, value: unknown): void {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    call.change(id, key, value);
    return;
  }
  // Written as a member, so that a toJSON is told the key.
  const member = stringify({ __proto__: null, [key]: value });
  if (member === "{}") call.change(id, key, undefined);
  else call.change(id, key, member, true);
}
