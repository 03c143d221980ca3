import { describe } from "vitest";

import { sameAsPlain } from "./support/same-as-plain.ts";
import "./support/attack.ts";

describe("A toJSON or getter that changes the event while it is written does what it does to a plain object, and is asked once.", () => {
  sameAsPlain([
    "event.toJSON = () => ({ z: 1 }); return event",
    "let n = 0; event.toJSON = () => ({ n: ++n }); return event",
    "let n = 0; event.properties.toJSON = () => ({ n: ++n }); return event",
    "let n = 0; event.properties.o.toJSON = () => { event.late = 77; delete event.n; return [++n] }; return event",
    "event.properties.list.toJSON = () => [9]; return event",
    "event.g = { toJSON() { event.properties.a = 100; event.n = 55; delete event.s; return 1 } }; return event",
    "event.a0 = { toJSON() { event.zz = 1; return 1 } }; event.b0 = 2; return event",
    "event.a0 = { toJSON(key) { return key } }; return event",
    "event.a0 = { get x() { event.b0 = 3; return 1 } }; event.b0 = 2; return event",
    "event.a0 = { toJSON() { delete event.b0; return 1 } }; event.b0 = 2; return event",
    "event.a0 = { toJSON() { throw new Error('while writing') } }; return event",
    "event.a0 = { toJSON() { throw null } }; return event",
    "event.then = (resolve) => resolve({ t: 1 }); return event",
    "Object.prototype.then = function (resolve) { delete Object.prototype.then; resolve({ t: 2 }) }; return event",
    "Object.prototype.toJSON = function () { delete Object.prototype.toJSON; return { t: 3 } }; return event",
    "String.prototype.toJSON = () => 'text'; Number.prototype.toJSON = () => 5; return event",
    "event.a0 = 'x'; String.prototype.toJSON = () => 'text'; return [event]",
    "event.a0 = new Proxy({}, { ownKeys() { event.n = 9; return [] } }); return event",
  ]);
});
