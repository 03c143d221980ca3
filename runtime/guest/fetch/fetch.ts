import type { Capabilities } from "../../../wit/generated/contract.ts";
import { GuestError, GuestPromise, GuestString, GuestTypeError, then } from "../primordials.ts";
import { Timeout } from "../globals/timers.ts";
import { Request, WrittenUrl, toHostRequest } from "./request.ts";
import type { RequestInit } from "./request.ts";
import { Response, responseFromHost } from "./response.ts";

/** In what the two kinds of `fetch` differ. */
export interface FetchFlavour {
  Response: typeof Response;
  /** @param type node-fetch 2's word for what went wrong */
  failure(message: string, type: string): unknown;
  abortion(reason: unknown): unknown;
}

export type Fetch = (input: unknown, init?: RequestInit) => Promise<Response>;

const WEB: FetchFlavour = {
  Response,
  failure: (message) => new GuestTypeError(message),
  abortion: (reason) => reason,
};

let lastId = 0;

/** Makes a `fetch`, the web's unless another is wanted. */
export function makeFetch(host: Capabilities["fetch"], flavour = WEB): Fetch {
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new WrittenUrl(GuestString(input)), init);
    return new GuestPromise((resolve, reject) => send(host, flavour, request, resolve, reject));
  };
}

function send(
  host: Capabilities["fetch"],
  flavour: FetchFlavour,
  request: Request,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): void {
  const { signal, timeout, url } = request;
  if (signal.aborted) return reject(flavour.abortion(signal.reason));
  const id = ++lastId;
  let timer: Timeout | undefined;
  const end = (): void => {
    timer?.close();
    signal.removeEventListener("abort", abort);
  };
  const giveUp = (error: unknown): void => {
    end();
    host.cancel(id);
    reject(error);
  };
  const abort = (): void => giveUp(flavour.abortion(signal.reason));
  signal.addEventListener("abort", abort);
  const sent = host.send({ ...toHostRequest(request), id });
  if (timeout > 0)
    timer = new Timeout(() => giveUp(flavour.failure(`network timeout at: ${url}`, "request-timeout")), timeout);
  then(
    sent,
    (response) => {
      end();
      resolve(responseFromHost(flavour.Response, response));
    },
    (error) => {
      end();
      const isNetwork = error instanceof GuestError && error.name === "NetworkError";
      reject(isNetwork ? flavour.failure(error.message, typeOfFailure(error.message)) : error);
    },
  );
  return undefined;
}

/** node-fetch 2's word for what the host says. */
function typeOfFailure(message: string): string {
  if (message.includes("redirect: error")) return "no-redirect";
  return message.includes("it redirects more than") ? "max-redirect" : "system";
}
