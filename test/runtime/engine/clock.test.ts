import { expect, test } from "vitest";

import { bootEngine } from "../support/boot-engine.ts";

test("the guest's time is the host's, and moves only when the host's does", async () => {
  let now = Date.UTC(2031, 4, 6, 7, 8, 9, 123);
  const engine = await bootEngine({ clock: { now: () => now, utcOffset: () => 0 } });
  const read = () => engine.read(engine.evaluate("JSON.stringify([Date.now(), new Date().toISOString()])", "a.js"));
  expect(read()).toBe(`[${now},"2031-05-06T07:08:09.123Z"]`);
  engine.evaluate("for (let i = 0; i < 1e5; i++);", "a.js");
  expect(read()).toBe(`[${now},"2031-05-06T07:08:09.123Z"]`);
  now += 1000;
  expect(read()).toContain("2031-05-06T07:08:10.123Z");
});

test("the time zone is what the host says for a moment, and never the machine's", async () => {
  const asked: number[] = [];
  const engine = await bootEngine({
    clock: {
      now: () => 0,
      utcOffset(at) {
        asked.push(at);
        return at < Date.UTC(2020, 6, 1) ? 3600 : 2 * 3600;
      },
    },
  });
  const local = (iso: string) =>
    engine.read(engine.evaluate(`const d = new Date("${iso}"); \`\${d} \${d.getTimezoneOffset()}\``, "a.js"));
  expect(local("2020-01-15T12:00:00Z")).toBe("Wed Jan 15 2020 13:00:00 GMT+0100 -60");
  expect(asked).toContain(Date.UTC(2020, 0, 15, 12));
});

test("a zone west of Greenwich and one of half an hour", async () => {
  for (const [offset, text] of [
    [-5 * 3600, "07:00:00 GMT-0500"],
    [5.5 * 3600, "17:30:00 GMT+0530"],
    [0, "12:00:00 GMT+0000"],
  ] as const) {
    const engine = await bootEngine({ clock: { now: () => 0, utcOffset: () => offset } });
    expect(engine.read(engine.evaluate('`${new Date("2020-01-15T12:00:00Z")}`', "a.js"))).toContain(text);
  }
});

test("no other clock exists", async () => {
  const engine = await bootEngine();
  expect(engine.read(engine.evaluate("typeof performance + typeof setTimeout + typeof std + typeof os", "a.js"))).toBe(
    "undefined".repeat(4),
  );
});
