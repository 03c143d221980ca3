import { describe } from "vitest";

import { sameAsPlain } from "./support/same-as-plain.ts";
import "./support/attack.ts";

describe("Definitions, freezing and prototypes do to an event on the host what they do to a plain object.", () => {
  sameAsPlain([
    "Object.defineProperty(event, 'q', { enumerable: true, get() { return 1 } }); return event",
    "Object.defineProperty(event, 'q', { enumerable: true, configurable: true, get() { return 1 } }); return event",
    "Object.defineProperty(event, 'q', { value: 1 }); return [Object.keys(event), event]",
    "Object.defineProperty(event, 'n', { value: 2 }); return event",
    "Object.defineProperty(event, 'n', { enumerable: false }); return event",
    "Object.defineProperty(event, 'n', { writable: false }); event.n = 5; return event",
    "Object.defineProperty(event, 'n', { configurable: false }); return [delete event.n, event]",
    "Object.defineProperties(event, { n: { value: 7 }, m: { value: 1, writable: true, enumerable: true, configurable: true } }); return event",
    "Object.freeze(event); event.n = 9; return [event, Object.isFrozen(event), Object.isFrozen(event.properties)]",
    "Object.freeze(event.properties.o); event.properties.o.p = 3; return event",
    "Object.seal(event); return [delete event.n, Object.isSealed(event), event]",
    "Object.preventExtensions(event); event.w = 1; return [event, Object.isExtensible(event)]",
    "Object.setPrototypeOf(event, null); return ['toString' in event, event]",
    "Object.setPrototypeOf(event, { inherited: 1 }); return [event.inherited, Object.keys(event), event]",
    "event.__proto__ = { inherited: 1 }; return [event.inherited, Object.keys(event)]",
    "event.__defineGetter__('g', () => 4); return event",
    "event.__defineSetter__('n', function (v) { this.z = v }); event.n = 4; return event",
    "return [event.__lookupGetter__('n'), Object.getPrototypeOf(event) === Object.prototype]",
    "const c = Object.create(event); c.n = 5; c.properties.a = 9; return [c, event]",
    "const p = new Proxy(event, {}); p.n = 5; p.properties.a = 9; return event",
    "const p = new Proxy(event, {}); p.n = 5; return p",
    "const p = new Proxy(event, { ownKeys: () => ['n', 'z'] }); return [Object.keys(p), JSON.stringify(p)]",
    "let p = event; for (let i = 0; i < 50; i++) p = new Proxy(p, {}); p.n = 8; return [p.properties.a, event]",
    "Reflect.set(event, 'n', 5, {}); return event",
    "const o = {}; Reflect.set(event, 'n', 5, o); return [o, event]",
    "Reflect.set(event, 'n', 5, Object.create(event)); return event",
    "return [Reflect.get(event, 'n', {}), Reflect.has(event, 'n'), Reflect.deleteProperty(event, 'n'), event]",
    "const A = function () { return event }; class B extends A { #p = 1; get() { return this.#p } } new B(); return [Object.keys(event), event]",
    "return [new WeakRef(event).deref() === event, new WeakRef(event.properties).deref() === event.properties]",
  ]);
});
