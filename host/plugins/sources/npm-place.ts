/** A package of the npm registry. */
export interface NpmPlace {
  kind: "npm";
  name: string;
  /** A version, a range of them or a tag such as `latest`. */
  version: string;
  /** Where the plugin lives, whatever its version: it is known by this address. */
  url: string;
}

/** As npm has them for new packages. */
const NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;
const VERSION = /^[\w.^~<>=*+| -]{1,100}$/;
const MAX_NAME = 214;

/** Whether a text can be a version, a range of them or a tag. */
export const isVersion = (text: string): boolean => VERSION.test(text);

/** Reads `name`, `@scope/name` or either with `@version`; null when it is none of them. */
export function npmPlace(text: string): NpmPlace | null {
  const at = text.indexOf("@", 1);
  const name = at === -1 ? text : text.slice(0, at);
  const version = at === -1 ? "latest" : text.slice(at + 1).trim();
  if (name.length > MAX_NAME || !NAME.test(name) || !isVersion(version)) return null;
  return { kind: "npm", name, version, url: `https://www.npmjs.com/package/${name}` };
}
