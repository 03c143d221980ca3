import { describe } from "vitest";

import { sameAsPlain } from "./support/same-as-plain.ts";
import "./support/attack.ts";

describe("An event on the host reads, lists and changes like a plain object.", () => {
  sameAsPlain([
    "return event",
    "return { ...event }",
    "return [event]",
    "return event.properties",
    "return JSON.parse(JSON.stringify(event))",
    "return Object.getOwnPropertyDescriptors(event)",
    "return Reflect.ownKeys(event)",
    "return Object.fromEntries(Object.entries(event))",
    "const { properties, ...rest } = event; return [rest, properties]",
    "return [typeof event, event instanceof Object, Array.isArray(event), `${event}`, Object.prototype.toString.call(event.properties.list)]",
    "return event.s.length + event.s.charCodeAt(1) + event.s.charCodeAt(3)",
    "return [event.propertyIsEnumerable('n'), event.hasOwnProperty('nope'), 'nope' in event, 'toString' in event]",
    "const keys = []; for (const key in Object.create(event)) keys.push(key); return keys",
    "with (event) { n = 6; var out = properties.a } return [out, event]",
    "return event.properties === event.properties && event.valueOf() === event",
    "delete event.n; event.n = 3; return [Object.keys(event), event]",
    "event[10] = 5; event[1] = 6; event.aa = 1; return [Object.keys(event), event]",
    "for (const key in event) delete event[key]; return event",
    "event.properties.list.push(event.properties.o); event.properties.o.p = 9; return event",
    "event.properties.list[1].q = 5; return event",
    "event.properties.list.length = 0; return event",
    "event.properties.list[5] = 1; return event",
    "event.n = undefined; return event",
    "event.n = () => 1; return event",
    "event.n = NaN; event.z = new Date(0); return event",
    "event.n = 1n; return event",
    "event.cycle = event; return event",
    "Object.assign(event, { properties: { ...event.properties, b: 2 } }); return event",
    "event[Symbol('x')] = 1; return [Reflect.ownKeys(event).length, event]",
    "console.log(event); console.log(event.properties); console.log([event]); return event",
    "return new WeakMap([[event, 1]]).get(event)",
    "class A { static #p = 1; static has(o) { return #p in o } } return A.has(event)",
    "return Array.prototype.concat.call([], event)",
    "event.length = 1; event[0] = 'z'; return Array.prototype.push.call(event, 'y')",
  ]);
});
