import legacy from "url";

import type { ModuleParts } from "../modules.ts";

/** The classes are the globals; parse, format and resolve are Node's of old. */
export default ({ globals: { URL, URLSearchParams } }: ModuleParts) => ({
  ...legacy,
  format: (url: unknown, ...rest: unknown[]): unknown =>
    url instanceof (URL as new () => object) ? String(url) : legacy.format(url, ...rest),
  URL,
  URLSearchParams,
});
