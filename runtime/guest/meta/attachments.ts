import { Buffer } from "buffer";

import type { Capabilities } from "../../../wit/generated/contract.ts";
import type { Surroundings } from "../../protocol.ts";
import { heldBuffer } from "./held-buffer.ts";
import { defineProperty, fromEntries } from "../primordials.ts";

/**
 * `meta.attachments`. The bytes of a file are fetched when its `contents` are asked for; those of a MaxMind database only when
 * something else than a `Reader` wants them.
 */
export function makeAttachments(
  attachments: Surroundings["attachments"],
  host: Capabilities["attachments"],
  mmdb: Capabilities["mmdb"],
): Record<string, object> {
  return fromEntries(
    attachments.map(({ key, contentType, fileName, size }, index) => {
      const read = (): Buffer => {
        const { buffer, byteOffset, byteLength } = host.read(index);
        return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
      };
      const open = (): unknown => (mmdb.metadata(index) === undefined ? read() : heldBuffer({ index, size, read }));
      return [key, withContents({ content_type: contentType, file_name: fileName }, open)];
    }),
  );
}

/** Defines `contents` as what `open` makes when it is first looked at. A plugin may put something else there. */
function withContents(attachment: object, open: () => unknown): object {
  const become = (value: unknown): void => {
    defineProperty(attachment, "contents", {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor);
  };
  return defineProperty(attachment, "contents", {
    __proto__: null,
    get: () => {
      const value = open();
      become(value);
      return value;
    },
    set: become,
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor);
}
