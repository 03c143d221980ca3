import type { Capabilities } from "../../wit/generated/contract.ts";
import { HostError } from "../host-error.ts";
import { hasEndlessHost, isEndlessHost } from "./endless-host.ts";

/** URL parsing by the platform's own `URL`. */
export function provideUrl(): Capabilities["url"] {
  return {
    parse(input, base) {
      return components(makeUrl(input, base));
    },
    update(href, component, value) {
      const url = makeUrl(href);
      // A setter leaves an address as it is where the host is none.
      if ((component === "host" || component === "hostname") && isEndlessHost(value)) return components(url);
      if (component === "href") return components(makeUrl(value));
      url[component] = value;
      return components(url);
    },
  };
}

function makeUrl(input: string, base?: string): URL {
  try {
    if (!hasEndlessHost(input) && !hasEndlessHost(base ?? "")) return new URL(input, base);
  } catch {
    // The platform's words are others on each platform.
  }
  throw new HostError("TypeError", `Invalid URL: ${input}`);
}

function components(url: URL): ReturnType<Capabilities["url"]["parse"]> {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash };
}
