import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";

/** URL parsing by the platform's own `URL`. */
export function provideUrl(): Capabilities["url"] {
  return {
    parse(input, base) {
      return components(makeUrl(input, base));
    },
    update(href, component, value) {
      const url = makeUrl(href);
      try {
        url[component] = value;
      } catch {
        throw new HostError("TypeError", `Invalid URL: ${value}`);
      }
      return components(url);
    },
  };
}

function makeUrl(input: string, base?: string): URL {
  try {
    return new URL(input, base);
  } catch {
    throw new HostError("TypeError", `Invalid URL: ${input}`);
  }
}

function components(url: URL): ReturnType<Capabilities["url"]["parse"]> {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash };
}
