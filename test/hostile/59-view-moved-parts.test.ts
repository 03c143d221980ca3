import { describe } from "vitest";

import { sameAsPlain } from "./support/same-as-plain.ts";
import "./support/attack.ts";

describe("Parts of an event that are moved, shared, replaced or gone change as those of a plain object do.", () => {
  sameAsPlain([
    "event.properties = event.properties; event.properties.a = 2; return event",
    "const p = event.properties; delete event.properties; p.a = 5; event.properties = p; return event",
    "const p = event.properties; delete event.properties; p.a = 5; return event",
    "const p = event.properties; event.properties = { x: 1 }; p.a = 5; event.old = p; return event",
    "event.self = event.properties; event.self.a = 7; return event",
    "const o = event.properties.o; event.o = o; delete event.properties.o; o.p = 3; return event",
    "const { o } = event.properties; event.properties.o = { ...o, p: 4 }; o.p = 5; o.deep.x = 6; return event",
    "const d = event.properties.o.deep; event.properties = { d }; d.y = 1; delete d.x; return event",
    "const l = event.properties.list; delete event.properties; l.push(7); event.l = l; return event",
    "event.properties.list = event.properties.list; event.properties.list[0] = 9; return event",
    "[event.properties, event.n] = [event.n, event.properties]; event.n.a = 3; return event",
    "const p = event.properties; event.properties = p.o; p.o.p = 8; p.a = 9; return event",
    "event.a = event.properties.o; event.b = event.properties.o; event.a.p = 2; return [event.a === event.b, event]",
    "event.properties.o.up = event.properties; return event",
    "event.properties.list[1] = event.properties.o; event.properties.o.p = 'late'; return event",
    "event.properties = null; return event",
    "event.properties = Object.freeze({ ...event.properties }); return event",
    "const copy = structure(event); function structure(x) { return typeof x === 'object' && x !== null ? Array.isArray(x) ? x.map(structure) : Object.fromEntries(Object.entries(x).map(([k, v]) => [k, structure(v)])) : x } copy.n = 2; return [copy, event]",
  ]);
});
