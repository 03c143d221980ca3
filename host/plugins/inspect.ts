import { provideNoBuffers } from "../../runtime/ambient/buffers.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideIntl } from "../../runtime/ambient/intl.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import { RANDOM_KEY_BYTES } from "../../runtime/random.ts";
import { Sandbox } from "../../runtime/sandbox.ts";
import type { Image } from "../../runtime/engine/image.ts";
import { provideCrypto } from "../capabilities/crypto.ts";
import { provideZlib } from "../capabilities/zlib.ts";
import type { Inspected } from "./inspected.ts";
import { SCRIPT_NAME } from "./source-position.ts";

/** What a plugin turned out to have, and hints on what its author may have meant to be found. */
export interface Inspection extends Inspected {
  warnings: string[];
}

/**
 * Runs a plugin's script once, in a sandbox that reaches nothing, to see which functions it has. None is called.
 * What it gives rejects with a PluginLoadError when the script throws or crosses a limit.
 */
export function inspectIn(image: Image): (code: string) => Promise<Inspection> {
  return async (code) => {
    const sandbox = Sandbox.load({
      image,
      script: { code, filename: SCRIPT_NAME },
      config: {},
      attachments: [],
      limits: DEFAULT_LIMITS,
      randomKey: new Uint8Array(RANDOM_KEY_BYTES),
      clock: { now: () => 0, utcOffset: () => 0 },
      denials: {},
      provide: (scope) => ({
        buffers: provideNoBuffers(),
        crypto: provideCrypto(scope),
        encoding: provideEncoding(),
        intl: provideIntl(scope),
        log: { write: () => undefined },
        url: provideUrl(),
        zlib: provideZlib(scope),
      }),
    });
    const { handlers, tasks, jobs, warnings } = sandbox.discovery;
    sandbox.dispose();
    const isTask = (name: string): boolean => name.startsWith("runEvery");
    return {
      methods: handlers.filter((name) => !isTask(name)),
      tasks: [...handlers.filter(isTask), ...tasks],
      jobs,
      warnings,
    };
  };
}
