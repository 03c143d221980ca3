import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bothWays } from "../../support/both-ways.ts";
import { loadPlugin } from "../../support/load-plugin.ts";

const STEPS = `async (steps) => {
  const form = new FormData();
  const value = (part) => Array.isArray(part) ? new Blob(part, { type: "text/plain" }) : part;
  const tell = async (part) => part instanceof File ? [part.name, part.type, part.size, await part.text(), part instanceof Blob] : part;
  const seen = [];
  for (const [method, name, part, filename] of steps) {
    const args = [name, ...(part === undefined ? [] : [value(part)]), ...(filename == null ? [] : [filename])];
    try {
      const result = form[method](...args);
      seen.push(Array.isArray(result) ? await Promise.all(result.map(tell)) : await tell(result) ?? null);
    } catch (e) { seen.push("threw " + e.name) }
  }
  const all = async (form) => Promise.all([...form].map(async ([name, part]) => [name, await tell(part)]));
  const response = new Response(form);
  const type = response.headers.get("content-type").replace(/boundary=.*/, "boundary");
  return [seen, await all(form), [...form.keys()], type, await all(await response.formData())];
}`;

const name = fc.constantFrom("a", "b", "é", "__proto__");
const part = fc.constantFrom("", "text", "é\u20ac", "--boundary");
const step = fc.oneof(
  fc.tuple(fc.constantFrom("append", "set"), name, part),
  fc.tuple(
    fc.constantFrom("append", "set"),
    name,
    fc.constantFrom([["héllo"]], [["a", "b"]], [[]]).map(([parts]) => parts),
    fc.constantFrom("file.txt", "ü.png"),
  ),
  fc.tuple(fc.constantFrom("get", "getAll", "has", "delete"), name),
);

describe("FormData", () => {
  test("does what the platform's does, through a body and back", async () => {
    const expectSame = await bothWays(STEPS);
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 5 }), expectSame), { numRuns: 80 });
  });

  test("with names that are hard to write comes back from its body as it was", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = async () => {
        const form = new FormData();
        form.append('a"b', "1");
        form.append("a\\r\\nb", new File(["2"], 'f"\\r\\n', { type: "a/b" }));
        const read = await new Response(form).formData();
        form.append("c", new Blob(["3"]));
        form.append("c", new File(["4"], "four"), "other");
        return [...read, ...form].map(([name, value]) => [name, value.name ?? value]);
      };
    `);
    expect(await plugin.run("onEvent", {})).toEqual([
      ['a"b', "1"],
      ["a\r\nb", 'f"\r\n'],
      ['a"b', "1"],
      ["a\r\nb", 'f"\r\n'],
      ["c", "blob"],
      ["c", "other"],
    ]);
  });

  test("is read by the platform as it was written, whatever it holds", async () => {
    const plugin = await loadPlugin(`
      export const onEvent = async ({ texts }) => {
        const form = new FormData();
        for (const text of texts) form.append("a", new File([text], "f", { type: "text/x" }));
        const response = new Response(form);
        return [response.headers.get("content-type"), await response.text()];
      };
    `);
    const texts = ["", "----formdata-hoglet-000000", "\r\n------formdata-hoglet-000001--\r\n", "é\0"];
    const [type, body] = (await plugin.run("onEvent", { texts })) as [string, string];
    const form = await new Response(body, { headers: { "content-type": type } }).formData();
    expect(await Promise.all(form.getAll("a").map((file) => (file as unknown as File).text()))).toEqual(texts);
  });

  test.each([
    ["no boundary", "multipart/form-data; x=y", "--b--\r\n"],
    ["another boundary", "multipart/form-data; boundary=b", "--c--\r\n"],
    ["no end", "multipart/form-data; boundary=b", '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\ntext'],
    ["no name", "multipart/form-data; boundary=b", "--b\r\n\r\n\r\ntext\r\n--b--"],
    ["nothing", "multipart/form-data; boundary=b", ""],
  ])("with %s is a TypeError", async (_, type, body) => {
    const plugin = await loadPlugin(`
      export const onEvent = ({ type, body }) => new Response(body, { headers: { "content-type": type } }).formData().then(() => "a form", (e) => e.name);
    `);
    expect(await plugin.run("onEvent", { type, body })).toBe("TypeError");
  });
});
