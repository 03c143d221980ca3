import type { Response } from "./web/fetch.js";

/** The global `posthog`. */
export interface PostHogExtension {
  /**
   * Sends an event of the plugin's own through the team's plugins. `distinct_id` and `timestamp` in the properties are
   * taken for the event's own; without them it is the plugin's name and now.
   */
  capture(event: string, properties?: Record<string, any>): Promise<void>;
  api: ApiExtension;
}

/** The team's PostHog: `await posthog.api.get("/api/projects/@current")`. */
export interface ApiExtension {
  get(path: string, options?: ApiMethodOptions): Promise<ApiResponse>;
  post(path: string, options?: ApiMethodOptions): Promise<ApiResponse>;
  put(path: string, options?: ApiMethodOptions): Promise<ApiResponse>;
  delete(path: string, options?: ApiMethodOptions): Promise<ApiResponse>;
}

export interface ApiMethodOptions {
  /** The query of a GET, the JSON body of all else. */
  data?: Record<string, any>;
  host?: string;
  /** Both keys, or neither. */
  projectApiKey?: string;
  personalApiKey?: string;
}

/** What `fetch` gives: the global `Response` where there is one. */
export type ApiResponse = typeof globalThis extends { Response: { prototype: infer Global } } ? Global : Response;
