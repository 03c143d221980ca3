export function processEvent(event) {
  console.debug();
  console.log("number =", 987, true, null, undefined);
  console.info(new Error("something"), new TypeError("of a kind"));
  console.warn({ 1: "ein", 2: "zwei" }, [99, [79]], new Map([[1, 2]]));
  console.error("%s is not filled in", Symbol.for("x"), 10n, () => 1);
  return event;
}
