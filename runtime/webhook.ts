import { isObject } from "./is-object.ts";

/** The request that a plugin's composeWebhook asks for. The host makes it. */
export interface Webhook {
  url: string;
  method: string;
  headers: [string, string][];
  body: string;
}

const DEFAULT_HEADERS: [string, string][] = [["Content-Type", "application/json"]];

/**
 * Reads what composeWebhook returned.
 * @param json undefined when it returned nothing that JSON carries
 * @returns null for no request, a text for what is wrong with it
 */
export function readWebhook(json: string | undefined): Webhook | null | string {
  const value = json === undefined ? null : (JSON.parse(json) as unknown);
  if (!value) return null;
  if (!isObject(value)) return "it is no object";
  // Own keys only: what a plugin puts on a prototype is no part of its JSON.
  const { url, body, headers = null, method = "POST" } = { __proto__: null, ...value } as Record<string, unknown>;
  if (typeof url !== "string" || url === "") return `url must be text, and is ${describe(url)}`;
  if (typeof body !== "string") return `body must be text, and is ${describe(body)}`;
  if (typeof method !== "string") return `method must be text, and is ${describe(method)}`;
  if (headers === null) return { url, method, headers: DEFAULT_HEADERS, body };
  if (!isObject(headers)) return `headers must be an object of texts, and is ${describe(headers)}`;
  const entries = Object.entries(headers);
  const wrong = entries.find(([, header]) => typeof header !== "string");
  if (wrong) return `the header ${wrong[0].slice(0, 60)} must be text, and is ${describe(wrong[1])}`;
  return { url, method, headers: entries as [string, string][], body };
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return "missing";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
