import { describe, expect, test } from "vitest";

import { provideAttachments } from "../../../runtime/ambient/attachments.ts";
import { MemoryFile } from "../../../runtime/memory-file.ts";

const attachments = ["a", "b"].map((key) => ({ key, contentType: "text/plain", fileName: key, size: 40 }));
const files = [new MemoryFile(new Uint8Array(40).fill(1)), new MemoryFile(new Uint8Array(40).fill(2))];

describe("attachments", () => {
  test("are read by their place", () => {
    const { read } = provideAttachments(attachments, (index) => files[index], { memoryBytes: 1000 });
    expect([read(0)[0], read(1)[0]]).toEqual([1, 2]);
    for (const index of [2, 2 ** 32 - 1]) expect(() => read(index)).toThrow(`there is no attachment ${index}`);
  });

  test("can be read as far as half of the guest's memory, the same one again too", () => {
    const { read } = provideAttachments(attachments, (index) => files[index], { memoryBytes: 199 });
    expect([read(0).length, read(0).length]).toEqual([40, 40]);
    expect(() => read(0)).toThrow('attachment "a" has 40 bytes: of its attachments, a plugin can read 99 bytes in all');
    expect(() => read(1)).toThrow('attachment "b"');
  });

  test("for which the host has no room cannot be read, and take nothing of what others may", () => {
    const { read } = provideAttachments(attachments, (index) => (index === 1 ? files[1] : undefined), {
      memoryBytes: 80,
    });
    expect(() => read(0)).toThrow("the host has no room for all of this config's attachments");
    expect(read(1).length).toBe(40);
  });
});
