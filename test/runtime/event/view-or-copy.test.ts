import { expect, test } from "vitest";

import { ViewOrCopy } from "../../../runtime/event/view-or-copy.ts";

const SIZE = 10_000;

/** The modes of so many calls of a plugin that takes so much fuel in each and looks at so much of its event. */
function modes(chooser: ViewOrCopy, calls: number, fuel: { view: number; copy: number }, looked = SIZE): string[] {
  return Array.from({ length: calls }, () => {
    const mode = chooser.choose(SIZE);
    chooser.note(mode, fuel[mode], SIZE, mode === "view" ? looked : 0);
    return mode;
  });
}

test("who looks at little is never given a copy", () => {
  expect(new Set(modes(new ViewOrCopy(), 5_000, { view: 9, copy: 1 }, 100))).toEqual(new Set(["view"]));
});

test("who looks at much is given what took less fuel, and the other from time to time, ever more seldom", () => {
  const all = modes(new ViewOrCopy(), 10_000, { view: 2_000, copy: 1_000 });
  expect(all[0]).toBe("view");
  const views = all.flatMap((mode, i) => (mode === "view" ? [i] : [])).slice(1);
  const gaps = views.slice(1).map((at, i) => at - (views[i] ?? 0));
  expect(gaps.slice(0, 6)).toEqual([64, 128, 256, 512, 1024, 1024]);
});

test("a plugin that comes to do something else is noticed", () => {
  const chooser = new ViewOrCopy();
  modes(chooser, 2_000, { view: 2_000, copy: 1_000 });
  const later = modes(chooser, 3_000, { view: 500, copy: 1_000 });
  expect(later.slice(-60)).toEqual(Array.from({ length: 60 }, () => "view"));
});

test("an event of another size is judged by its size", () => {
  const chooser = new ViewOrCopy();
  chooser.note("view", 1_000, 100, 100);
  expect(chooser.choose(100)).toBe("view");
  chooser.note("view", 1_000, 100, 500);
  expect(chooser.choose(100)).toBe("copy");
  chooser.note("copy", 5_000, 1_000, 0);
  expect(chooser.choose(10_000)).toBe("copy");
});
