import type { PlatformFetch } from "../../capabilities/fetch-send.ts";

/** A request that a dry run sent, or would have. */
export interface RecordedRequest {
  method: string;
  url: string;
  /** Null when there was no answer. */
  status: number | null;
}

/** Notes what a plugin sends; `off` lets every request fail as if there were no network. */
export function recordFetch(mode: "live" | "off"): { fetch: PlatformFetch; requests: RecordedRequest[] } {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    async fetch(url, init) {
      const request: RecordedRequest = { method: init.method ?? "GET", url, status: null };
      requests.push(request);
      if (mode === "off") throw new TypeError("this dry run has no network");
      const response = await fetch(url, init);
      request.status = response.status;
      return response;
    },
  };
}
