/** Characters of the longest name that there can be. */
const MAX_HOST = 253;
/** What parsers of addresses leave out. */
const IGNORED = /[\t\n\r]/g;
/** Schemes whose hosts are names, and what stands between one and its host. */
const BEFORE_HOST = /^[\0- ]*(?:(?:https?|wss?|ftp):[/\\]*|file:[/\\]{2}|[/\\]{2,})/i;
const ESCAPE = /%[0-9a-f]{2}/gi;
/** What makes a name one that is written in ASCII and back: characters, escapes of them, and what was written so before. */
const FOREIGN = /[^\0-\x7f]|%|xn--/i;

/**
 * Whether an address has a host in another alphabet that is longer than any name can be. Writing one in ASCII takes time that grows with the
 * square of its length, so such an address is not even parsed.
 */
export function hasEndlessHost(address: string): boolean {
  if (address.length <= MAX_HOST) return false;
  const text = address.replace(IGNORED, "");
  const before = BEFORE_HOST.exec(text)?.[0];
  return before !== undefined && isEndlessHost(text.slice(before.length));
}

/** The same of a text that begins with the host, or with a name and a password before it. */
export function isEndlessHost(text: string): boolean {
  const end = text.search(/[/\\?#]/);
  const authority = end < 0 ? text : text.slice(0, end);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return FOREIGN.test(host) && host.replace(ESCAPE, "%").length > MAX_HOST;
}
