import { ObjectPrototype, forEachKey, hasOwn, keys, stringify } from "../primordials.ts";
import type { EventCall } from "./event-call.ts";
import type { View } from "./view.ts";

/**
 * What a plugin changed of an event: JSON of a list of `[object's number, deleted keys, values that were set]`, to be done in this
 * order. undefined where the changes are of a kind that only the whole event tells.
 */
export function changesOf(call: EventCall): string | undefined {
  // With a toJSON in the way, JSON of the parts is not what JSON of the whole would be, and it is to be asked once.
  if (call.isExotic || hasOwn(ObjectPrototype, "toJSON") || hasOwnWay(call)) return undefined;
  let changes = "";
  forEachKey(call.views, (id) => {
    const view = call.views[id];
    if (!view) return;
    const change = changeOf(view, call);
    if (change !== "") changes += changes === "" ? change : `,${change}`;
  });
  return `[${changes}]`;
}

/** Whether a plugin gave one of the event's objects a `toJSON`. */
function hasOwnWay(call: EventCall): boolean {
  let found = false;
  forEachKey(call.views, (id) => {
    if (call.views[id]?.changed["toJSON"]) found = true;
  });
  return found;
}

function changeOf(view: View, call: EventCall): string {
  const { target, changed, removed, lists, children } = view;
  const gone = keys(removed);
  let set = "";
  const member = (key: string, value: unknown): void => {
    const text = memberJson(key, value);
    if (text === "") gone[gone.length] = key;
    else set += set === "" ? text : `,${text}`;
  };
  forEachKey(changed, (key) => {
    const child = children[key];
    const isBack = child !== undefined && call.proxies[child.id] === target[key] && !removed[key];
    if (!isBack) member(key, target[key]);
  });
  forEachKey(lists, (key) => {
    const copied = lists[key];
    if (!copied || changed[key] || removed[key]) return;
    if (stringify(copied.list) !== copied.json) member(key, copied.list);
  });
  return gone.length === 0 && set === "" ? "" : `[${view.id},${stringify(gone)},{${set}}]`;
}

/** `"key":value` as it stands in an object's JSON; empty for what JSON leaves out. */
function memberJson(key: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null)
    return `${stringify(key)}:${stringify(value)}`;
  // Written as a member, so that a toJSON is told the key.
  return stringify({ __proto__: null, [key]: value }).slice(1, -1);
}
