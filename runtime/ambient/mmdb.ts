import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";
import { MmdbError } from "../mmdb/mmdb-error.ts";
import type { CallScope } from "../sandbox-options.ts";
import type { AttachmentFiles } from "./attachments.ts";

/** MaxMind databases among the attachments. Whatever their size, none of their bytes goes into the guest. */
export function provideMmdb(files: AttachmentFiles, scope: CallScope): Capabilities["mmdb"] {
  return {
    metadata(index) {
      const metadata = files(index)?.mmdb?.metadata;
      return metadata && JSON.stringify(metadata);
    },
    get(index, ip) {
      const mmdb = files(index)?.mmdb;
      if (!mmdb) throw new HostError("RangeError", `attachment ${index} is no MaxMind database that can be read`);
      try {
        const { json, prefixLength } = mmdb.find(ip);
        return { ...(json !== null && { value: json }), prefixLength };
      } catch (error) {
        if (!(error instanceof MmdbError)) throw error;
        throw new HostError("Error", `The MaxMind database is broken: ${error.message}`, { cause: error });
      } finally {
        scope.burn(mmdb.work);
      }
    },
  };
}
