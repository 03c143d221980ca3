import util from "util/";

interface Assert {
  deepStrictEqual(a: unknown, b: unknown): void;
}

export default {
  ...util,
  isDeepStrictEqual(a: unknown, b: unknown): boolean {
    try {
      (library.require("assert") as Assert).deepStrictEqual(a, b);
      return true;
    } catch {
      return false;
    }
  },
};
