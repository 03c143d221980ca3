import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";
import type { Limits } from "../limits.ts";
import type { Attachment } from "../sandbox-options.ts";
import type { MemoryFile } from "../memory-file.ts";

/** The files that a call may read, in the order of the attachments; one that the host has no room for is missing. */
export type AttachmentFiles = (index: number) => MemoryFile | undefined;

/** `meta.attachments`: bytes are copied into the guest when they are read, as far as half of its memory has room for them. */
export function provideAttachments(
  attachments: readonly Attachment[],
  files: AttachmentFiles,
  { memoryBytes }: Pick<Limits, "memoryBytes">,
): Capabilities["attachments"] {
  const mostBytes = Math.floor(memoryBytes / 2);
  let read = 0;
  return {
    read(index) {
      const { key, size } = attachmentAt(attachments, index);
      if (read + size > mostBytes)
        throw new HostError(
          "RangeError",
          `attachment "${key}" has ${size} bytes: of its attachments, a plugin can read ${mostBytes} bytes in all, half of its limit memoryBytes. Raise memoryBytes in the config's "limits"`,
        );
      const file = files(index);
      if (!file) throw noRoom(key, size);
      read += size;
      return file.bytes;
    },
  };
}

/** The attachment at a place. */
export function attachmentAt(attachments: readonly Attachment[], index: number): Attachment {
  const attachment = attachments[index];
  if (!attachment) throw new HostError("RangeError", `there is no attachment ${index}`);
  return attachment;
}

const noRoom = (key: string, size: number): HostError =>
  new HostError(
    "RangeError",
    `attachment "${key}" has ${size} bytes: the host has no room for all of this config's attachments. Remove some, or use smaller ones`,
  );
