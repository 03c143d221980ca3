/**
 * Code that walks everything that can be reached from some values without calling anything: properties, accessors and
 * prototypes. Gives name and length of every function that is not written in JavaScript, and how much was walked.
 */
export const WALK = `(function (...waiting) {
    const { getOwnPropertyDescriptors, getPrototypeOf } = Object;
    const isNative = (f) => /\\{\\s*\\[native code\\]\\s*\\}$/.test(Function.prototype.toString.call(f));
    const seen = new Set();
    const natives = [];
    while (waiting.length > 0) {
      const value = waiting.pop();
      if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
      seen.add(value);
      if (typeof value === "function" && isNative(value)) natives.push(value.name + "/" + value.length);
      waiting.push(getPrototypeOf(value));
      const descriptors = getOwnPropertyDescriptors(value);
      for (const key of Reflect.ownKeys(descriptors)) {
        const { value, get, set } = descriptors[key];
        waiting.push(value, get, set);
      }
    }
    return [natives, seen.size];
  })`;
/** What syntax brings to light. */
export const SYNTAX =
  "globalThis, async () => {}, function* () {}, async function* () {}, [][Symbol.iterator](), /x/, Promise.resolve()";
