import { expect, test } from "vitest";
import { readText } from "../../../host/delivery/read-text.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("reads a short body whole", async () => {
  expect(await readText(new Response("grüezi").body, 100)).toBe("grüezi");
  expect(await readText(null, 100)).toBe("");
});

test("stops at the limit, cancels the rest and does not show half a character", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("aaaü")),
    cancel: () => {
      cancelled = true;
    },
  });
  expect(await readText(endless, 9)).toBe("aaaüaaa");
  expect(cancelled).toBe(true);
});

test("gives what came before a body broke off, and says so", async () => {
  let pulls = 0;
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulls += 1;
      if (pulls === 1) controller.enqueue(bytes("half an "));
      else controller.error(new Error("connection reset"));
    },
  });
  expect(await readText(broken, 100)).toBe("half an  [broke off: Error: connection reset]");
});
