import { Buffer } from "buffer";

import type { Capabilities } from "../../../wit/generated/contract.ts";
import { toBytes } from "./bytes.ts";
import { Blob } from "./form-data.ts";
import { Headers } from "./headers.ts";

type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

export interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: unknown;
}

/** Makes the plugin's `Response` class: WHATWG's, with node-fetch 2's `buffer()`. */
export function makeResponse(encoding: Capabilities["encoding"]) {
  return class Response {
    readonly status: number;
    readonly statusText: string;
    readonly headers: Headers;
    readonly url: string = "";
    readonly redirected: boolean = false;
    readonly type = "default";
    #bytes: Uint8Array;
    #used = false;

    constructor(body?: unknown, init: ResponseInit = {}) {
      this.#bytes = body === undefined || body === null ? new Uint8Array() : toBytes(body);
      this.status = init.status ?? 200;
      this.statusText = init.statusText ?? "";
      this.headers = init.headers instanceof Headers ? init.headers : new Headers(init.headers);
    }

    /** The plugin's view of what the host fetched. */
    static fromHost(response: HostResponse): Response {
      const made = new Response(undefined, { ...response, headers: response.headers });
      made.#bytes = response.body;
      return Object.assign(made, { url: response.url, redirected: response.redirected });
    }

    static json(value: unknown, init: ResponseInit = {}): Response {
      const headers = new Headers(init.headers);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
      return new Response(JSON.stringify(value), { ...init, headers });
    }

    get ok(): boolean {
      return this.status >= 200 && this.status < 300;
    }

    get bodyUsed(): boolean {
      return this.#used;
    }

    async text(): Promise<string> {
      return encoding.decode(this.#take(), "utf-8", false, false);
    }

    async json(): Promise<unknown> {
      return JSON.parse(await this.text());
    }

    async buffer(): Promise<Buffer> {
      return Buffer.from(this.#take());
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return this.#take().slice().buffer as ArrayBuffer;
    }

    async bytes(): Promise<Uint8Array> {
      return this.#take().slice();
    }

    async blob(): Promise<Blob> {
      return new Blob([this.#take()], { type: this.headers.get("content-type") ?? "" });
    }

    clone(): Response {
      if (this.#used) throw new TypeError("cannot clone a response whose body was used");
      const copy = new Response(undefined, this);
      copy.#bytes = this.#bytes;
      return Object.assign(copy, { url: this.url, redirected: this.redirected });
    }

    #take(): Uint8Array {
      if (this.#used) throw new TypeError(`body used already for: ${this.url}`);
      this.#used = true;
      return this.#bytes;
    }
  };
}
