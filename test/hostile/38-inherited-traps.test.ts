import { describe, expect, test } from "vitest";

import { survived } from "./support/attack.ts";

const TRAPS = [
  "get",
  "set",
  "has",
  "deleteProperty",
  "ownKeys",
  "getOwnPropertyDescriptor",
  "defineProperty",
  "getPrototypeOf",
  "setPrototypeOf",
  "isExtensible",
  "preventExtensions",
  "apply",
  "construct",
];
const TEXT = '{"event":"e","properties":{"a":1,"list":[1,{"b":2}],"b":{"c":2}},"x":1}';
const FIELDS = ["get", "set", "value", "writable", "enumerable", "configurable"];

describe("A trap on Object.prototype is nobody's trap.", () => {
  test.each(TRAPS)("%s", async (trap) => {
    const body = `
      const caught = [];
      Object.defineProperty(Object.prototype, ${JSON.stringify(trap)}, { configurable: true, writable: true, enumerable: false, value(...args) { caught.push(args.map((arg) => typeof arg)); return Reflect.${trap}(...args) } });
      const made = Object.getPrototypeOf(event) === Object.prototype && Object.isExtensible(event);
      event.x = 1; delete event.x; void event.properties.a; void ("a" in event.properties); const keys = Object.keys(event);
      delete Object.prototype[${JSON.stringify(trap)}];
      return [made, keys.join(), caught.length]`;
    expect(await survived(body)).toEqual([true, "event,properties", 0]);
  });
});

describe("A field of descriptors on Object.prototype does not change what an event's properties are.", () => {
  test.each(FIELDS)("%s", async (field) => {
    const body = `
      const define = (make) => { Object.prototype[${JSON.stringify(field)}] = make; };
      define(function () { return 1 });
      event.x = 1; event.properties.b = { c: 2 }; const keys = Object.keys(event), has = Object.hasOwn(event, "event");
      const copy = { ...event.properties }; const text = JSON.stringify(event);
      const set = Reflect.set(event, "y", 2, event);
      delete Object.prototype[${JSON.stringify(field)}];
      return [keys.join(), has, Object.keys(copy).join(), text, set, event.y]`;
    expect(await survived(body)).toEqual(["event,properties,x", true, "a,list,b", TEXT, true, 2]);
  });
});
