import { z } from "zod";
import type { InspectedVersion } from "../../plugins/inspected.ts";

const place = z.strictObject({ file: z.string(), line: z.int() });

export const usedCapabilitiesAnswer = z
  .record(
    z.string(),
    place.extend({
      hosts: z
        .array(place.extend({ host: z.string() }))
        .optional()
        .meta({ description: "Of fetch: hosts of addresses that stand in the code." }),
      unknown_hosts: place
        .nullable()
        .optional()
        .meta({ description: "Of fetch: a first request whose host does not stand there. A person has to choose it." }),
    }),
  )
  .nullable()
  .meta({
    description:
      "What its code was found to name, each where it first does; null of what was installed before that was looked for. It may name more than it uses, and hide what it uses: only what is granted is there.",
  });

/** The capabilities that a version names, as the API shows them. */
export const usedCapabilitiesJson = ({ used }: InspectedVersion): z.input<typeof usedCapabilitiesAnswer> =>
  used ?? null;
