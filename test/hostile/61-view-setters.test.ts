import { describe } from "vitest";

import { sameAsPlain } from "./support/same-as-plain.ts";
import "./support/attack.ts";

describe("Accessors on Object.prototype are not run while an event on the host is looked at, and work as ever when it is written to.", () => {
  sameAsPlain([
    "let n = 0; for (const k of ['n', 'properties', 'a', 'event']) Object.defineProperty(Object.prototype, k, { configurable: true, set() { n++ }, get() { n++; return 'forged' } }); const r = [event.n, event.event, event.properties.a, Object.keys(event).length, n]; for (const k of ['n', 'properties', 'a', 'event']) delete Object.prototype[k]; return [r, event]",
    "Object.defineProperty(Object.prototype, 'w', { configurable: true, set(v) { this.ww = v } }); event.w = 4; delete Object.prototype.w; return event",
    "Object.defineProperty(Object.prototype, 'w', { configurable: true, writable: false, value: 1 }); event.w = 4; const r = event.w; delete Object.prototype.w; return [r, event]",
    "Object.defineProperty(Object.prototype, 'n', { configurable: true, set() {}, get() { return 8 } }); const r = [event.n, event.zz]; event.n = 4; delete event.n; r.push(event.n); delete Object.prototype.n; return [r, event]",
    "Object.prototype.inherited = 1; const r = ['inherited' in event, event.inherited, Object.keys(event)]; event.inherited = 2; delete Object.prototype.inherited; return [r, event]",
    "delete Object.prototype.__proto__; event['__proto__'] = 4; return [Object.keys(event), event]",
    "Object.defineProperty(event, '__proto__', { value: 3, enumerable: true, writable: true, configurable: true }); return [Object.keys(event), event]",
    "Object.defineProperty(Object.prototype, 'values', { configurable: true, get() { throw 1 }, set() { throw 2 } }); Object.defineProperty(Object.prototype, 'nested', { configurable: true, get() { throw 3 }, set() { throw 4 } }); const k = Object.keys(event); delete Object.prototype.values; delete Object.prototype.nested; return [k, event]",
    "Object.freeze(Object.prototype); event.toString = 1; event.other = 2; return [Object.keys(event), event]",
    "'use strict'; Object.freeze(Array.prototype); event.properties.list.push(3); return event",
  ]);
});
