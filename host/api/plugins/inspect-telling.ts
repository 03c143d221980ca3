import { inspectIn } from "../../plugins/inspect.ts";
import type { Inspect } from "../../plugins/install.ts";
import { image } from "../../team/image.ts";
import type { Progress } from "../route.ts";

/** Loads a plugin once to see what it has, and tells a client that waits that this has begun. */
export function inspectTelling(tell: (progress: Progress) => void): Inspect {
  const inspect = inspectIn(image);
  return (code) => {
    tell({ stage: "inspecting" });
    return inspect(code);
  };
}
