import type { Capabilities } from "../../../wit/generated/contract.ts";
import { AbortError, FetchError } from "./errors.ts";
import { makeFetch } from "./fetch.ts";
import { Headers } from "./headers.ts";
import { Request } from "./request.ts";
import { Response, isRedirect } from "./response.ts";

const GuestSyntaxError = SyntaxError;

/** What node-fetch's `fetch` resolves to: what is no JSON is an error of its own there. */
class NodeResponse extends Response {
  override async json(): Promise<unknown> {
    try {
      return await super.json();
    } catch (error) {
      if (!(error instanceof GuestSyntaxError)) throw error;
      throw new FetchError(`invalid json response body at ${this.url} reason: ${error.message}`, "invalid-json");
    }
  }
}

/** The module `node-fetch`, version 2. */
export function makeNodeFetch(host: Capabilities["fetch"]) {
  const fetch = makeFetch(host, {
    Response: NodeResponse,
    failure: (message, type) => new FetchError(message, type),
    abortion: () => new AbortError(),
  });
  return Object.assign(fetch, { AbortError, FetchError, Headers, Request, Response, isRedirect });
}
