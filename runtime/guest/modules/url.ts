import legacy from "url/";

const { URL, URLSearchParams } = library.globals;

/** The classes are the globals; parse, format and resolve are Node's of old. */
export default {
  ...legacy,
  format: (url: unknown, ...rest: unknown[]): unknown =>
    url instanceof URL ? String(url) : legacy.format(url, ...rest),
  URL,
  URLSearchParams,
};
