import { Buffer } from "buffer";

import { GuestTypeError, GuestUint8Array, parse } from "../primordials.ts";
import { decodeUtf8 } from "../globals/text-encoding.ts";
import { URLSearchParams } from "../globals/url-search-params.ts";
import { Blob } from "./blob.ts";
import { contentBytes, contentText } from "./body-content.ts";
import type { BodyContent } from "./body-content.ts";
import { FormData } from "./form-data.ts";
import type { Headers } from "./headers.ts";
import { fromMultipart } from "./multipart.ts";

/** What a body holds, without using it up. */
export let contentOf: (body: Body) => BodyContent | undefined;
/** What a body holds. It is used up by that. @throws {TypeError} when it was before */
export let takeContent: (body: Body) => BodyContent | undefined;

/** What requests and responses have in common: a body that can be read once. With node-fetch 2's `buffer()`, without streams. */
export abstract class Body {
  abstract readonly headers: Headers;
  abstract readonly url: string;
  readonly #content: BodyContent | undefined;
  #isUsed = false;

  static {
    contentOf = (body) => {
      if (body.#isUsed) throw new GuestTypeError(`body used already for: ${body.url}`);
      return body.#content;
    };
    takeContent = (body) => {
      const content = contentOf(body);
      if (content) body.#isUsed = true;
      return content;
    };
  }

  protected constructor(content: BodyContent | undefined) {
    this.#content = content;
  }

  get bodyUsed(): boolean {
    return this.#isUsed;
  }

  async text(): Promise<string> {
    const content = takeContent(this);
    return content ? contentText(content) : "";
  }

  async json(): Promise<unknown> {
    return parse(await this.text());
  }

  async buffer(): Promise<Buffer> {
    return Buffer.from(takeBytes(this).buffer);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return takeBytes(this).buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return takeBytes(this);
  }

  async blob(): Promise<Blob> {
    return new Blob([takeBytes(this)], { type: this.headers.get("content-type") ?? "" });
  }

  async formData(): Promise<FormData> {
    const type = this.headers.get("content-type") ?? "";
    const bytes = takeBytes(this);
    if (/^multipart\/form-data\s*;/i.test(type)) return fromMultipart(bytes, type);
    if (/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return fromUrlencoded(bytes);
    throw new GuestTypeError(`a body of type "${type}" is no form`);
  }
}

function fromUrlencoded(bytes: Uint8Array): FormData {
  const form = new FormData();
  for (const [name, value] of new URLSearchParams(decodeUtf8(bytes))) form.append(name, value);
  return form;
}

/** A copy, which the plugin may change. */
function takeBytes(body: Body): Uint8Array<ArrayBuffer> {
  const content = takeContent(body);
  return new GuestUint8Array(content ? contentBytes(content) : []);
}

/** Content that stays as it is, whatever becomes of the bytes that it was made of. */
export function frozen(content: BodyContent | undefined): BodyContent | undefined {
  return content?.tag === "bytes" ? { tag: "bytes", val: new GuestUint8Array(content.val) } : content;
}
