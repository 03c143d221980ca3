/**
 * The globals of a plugin, for editors and `tsc`: list `hoglet/globals` under `types` of a tsconfig, or write
 * `/// <reference types="hoglet/globals" />`. Where the types of a browser (`lib` with DOM) or of Node (`@types/node`) are
 * there, they go first, and this file adds what they lack. Those of Node need `skipLibCheck`.
 */
import type { ConsoleExtension } from "./console.js";
import type { PostHogExtension } from "./posthog.js";
import type { RetryError as ScaffoldRetryError } from "./scaffold.js";
import type * as buffers from "./web/buffer.js";
import type * as cryptography from "./web/crypto.js";
import type * as encoding from "./web/encoding.js";
import type * as events from "./web/events.js";
import type * as fetching from "./web/fetch.js";
import type * as runtime from "./web/runtime.js";
import type * as urls from "./web/url.js";

type HasDom = typeof globalThis extends { onmessage: any } ? true : false;
type HasNode = typeof globalThis extends { __filename: any } ? true : false;

/** What an interface takes from here: nothing, where Node's types have it. */
type OwnNode<T> = HasNode extends true ? {} : T;

/** The same for one that the browser's types have, too. */
type Own<T> = HasDom extends true ? {} : OwnNode<T>;

/** The type of a variable that the browser's types have, too. */
type Ambient<Name extends string, T> = HasDom extends true
  ? typeof globalThis extends { [_ in Name]: infer Dom }
    ? Dom
    : T
  : T;

declare global {
  /** Events of the plugin's own, and the team's PostHog. */
  var posthog: PostHogExtension;

  /** Throw it to have the call tried again later. */
  class RetryError extends Error implements ScaffoldRetryError {
    constructor(message?: string);
  }
  /** Throw it in `processEvent` to drop the event with a reason, which is kept beside the outcome. */
  class DropEvent extends Error {
    constructor(reason?: string);
  }

  interface Console extends Own<ConsoleExtension> {}
  var console: Console;

  // Requests. A plugin reaches the hosts that it was granted.
  function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  interface RequestInit extends Own<fetching.RequestInit> {}
  interface ResponseInit extends Own<fetching.ResponseInit> {}
  interface Headers extends Own<fetching.Headers> {}
  var Headers: Ambient<"Headers", { readonly prototype: Headers; new (init?: fetching.HeadersInit): Headers }>;
  interface Request extends Own<fetching.Request> {}
  var Request: Ambient<
    "Request",
    { readonly prototype: Request; new (input: string | URL | Request, init?: RequestInit): Request }
  >;
  interface Response extends Own<fetching.Response> {}
  var Response: Ambient<
    "Response",
    {
      readonly prototype: Response;
      new (body?: fetching.BodyInit | null, init?: ResponseInit): Response;
      error(): Response;
      json(value: unknown, init?: ResponseInit): Response;
      redirect(url: string | URL, status?: number): Response;
    }
  >;
  interface BlobPropertyBag extends Own<fetching.BlobPropertyBag> {}
  interface Blob extends Own<fetching.Blob> {}
  var Blob: Ambient<
    "Blob",
    { readonly prototype: Blob; new (parts?: fetching.BlobPart[], options?: BlobPropertyBag): Blob }
  >;
  interface File extends Own<fetching.File> {}
  var File: Ambient<
    "File",
    {
      readonly prototype: File;
      new (parts: fetching.BlobPart[], name: string, options?: fetching.FilePropertyBag): File;
    }
  >;
  interface FormData extends Own<fetching.FormData> {}
  var FormData: Ambient<"FormData", { readonly prototype: FormData; new (): FormData }>;
  interface URL extends Own<urls.URL> {}
  var URL: Ambient<
    "URL",
    {
      readonly prototype: URL;
      new (url: string | URL, base?: string | URL): URL;
      canParse(url: string | URL, base?: string | URL): boolean;
    }
  >;
  interface URLSearchParams extends Own<urls.URLSearchParams> {}
  var URLSearchParams: Ambient<
    "URLSearchParams",
    { readonly prototype: URLSearchParams; new (init?: urls.URLSearchParamsInit): URLSearchParams }
  >;

  // Signals.
  interface Event extends Own<events.Event> {}
  var Event: Ambient<"Event", { readonly prototype: Event; new (type: string, init?: events.EventInit): Event }>;
  interface EventTarget extends Own<events.EventTarget> {}
  var EventTarget: Ambient<"EventTarget", { readonly prototype: EventTarget; new (): EventTarget }>;
  interface AbortController extends Own<events.AbortController> {}
  var AbortController: Ambient<"AbortController", { readonly prototype: AbortController; new (): AbortController }>;
  interface AbortSignal extends Own<events.AbortSignal> {}
  var AbortSignal: Ambient<
    "AbortSignal",
    {
      readonly prototype: AbortSignal;
      abort(reason?: unknown): AbortSignal;
      any(signals: Iterable<AbortSignal>): AbortSignal;
      timeout(milliseconds: number): AbortSignal;
    }
  >;
  interface DOMException extends Own<events.DOMException> {}
  var DOMException: Ambient<
    "DOMException",
    { readonly prototype: DOMException; new (message?: string, name?: string): DOMException }
  >;

  // Bytes and texts.
  interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> extends OwnNode<
    buffers.Buffer<TArrayBuffer>
  > {}
  interface BufferConstructor extends OwnNode<buffers.BufferConstructor> {}
  var Buffer: BufferConstructor;
  interface TextEncoder extends Own<encoding.TextEncoder> {}
  var TextEncoder: Ambient<"TextEncoder", { readonly prototype: TextEncoder; new (): TextEncoder }>;
  interface TextDecoder extends Own<encoding.TextDecoder> {}
  var TextDecoder: Ambient<
    "TextDecoder",
    {
      readonly prototype: TextDecoder;
      new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
    }
  >;
  function atob(base64: string): string;
  function btoa(bytes: string): string;
  function structuredClone<T>(value: T): T;
  interface Crypto extends Own<cryptography.Crypto> {}
  var crypto: Ambient<"crypto", Crypto>;

  // Time. A timer ends with the call that set it.
  function setTimeout<Args extends unknown[]>(
    callback: (...args: Args) => void,
    milliseconds?: number,
    ...args: Args
  ): runtime.Timer;
  function setInterval<Args extends unknown[]>(
    callback: (...args: Args) => void,
    milliseconds?: number,
    ...args: Args
  ): runtime.Timer;
  function setImmediate<Args extends unknown[]>(callback: (...args: Args) => void, ...args: Args): runtime.Timer;
  function clearTimeout(timer: runtime.Timer | number | undefined): void;
  function clearInterval(timer: runtime.Timer | number | undefined): void;
  function clearImmediate(timer: runtime.Timer | number | undefined): void;
  function queueMicrotask(callback: () => void): void;
  interface Performance extends Own<runtime.Performance> {}
  var performance: Ambient<"performance", Performance>;

  // What code that was written for Node looks for.
  var global: typeof globalThis;
  var GLOBAL: typeof globalThis;
  var root: typeof globalThis;
  var process: runtime.Process;
  var exports: any;
  var module: { exports: any };
  var require: (name: string) => any;
}
