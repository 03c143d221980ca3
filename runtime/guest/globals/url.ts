import type { Capabilities } from "../../../wit/generated/contract.ts";
import { linkSearchParams } from "./url-search-params.ts";
import type { URLSearchParams } from "./url-search-params.ts";

type Host = Capabilities["url"];
type Components = ReturnType<Host["parse"]>;
type Component = Parameters<Host["update"]>[1];

const COMPONENTS: Component[] = [
  "href",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
];

let host: Host;
let read: (url: URL, component: Component) => string;
let write: (url: URL, component: Component, value: string) => void;

/** @param url what all URLs of this sandbox stand on */
export function connectUrl(url: Host): void {
  host = url;
}

/** The WHATWG `URL` class over the host's parser. */
export class URL {
  #components: Components;
  readonly #query: ReturnType<typeof linkSearchParams>;

  static {
    read = (url, component) => url.#components[component];
    write = (url, component, value) => {
      url.#components = host.update(url.#components.href, component, value);
      url.#query.replace(url.#components.search);
    };
  }

  constructor(input: unknown, base?: unknown) {
    this.#components = host.parse(String(input), base === undefined ? undefined : String(base));
    this.#query = linkSearchParams(this.#components.search, (query) => {
      this.#components = host.update(this.#components.href, "search", query);
    });
  }

  static canParse(input: unknown, base?: unknown): boolean {
    try {
      return Boolean(new URL(input, base));
    } catch {
      return false;
    }
  }

  get origin(): string {
    return this.#components.origin;
  }

  get searchParams(): URLSearchParams {
    return this.#query.params;
  }

  toString(): string {
    return this.#components.href;
  }

  toJSON(): string {
    return this.#components.href;
  }

  get [Symbol.toStringTag](): string {
    return "URL";
  }
}

for (const component of COMPONENTS)
  Object.defineProperty(URL.prototype, component, {
    configurable: true,
    enumerable: true,
    get(this: URL) {
      return read(this, component);
    },
    set(this: URL, value: unknown) {
      write(this, component, String(value));
    },
  });
