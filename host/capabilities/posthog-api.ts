import { HostError } from "../../runtime/host-error.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";
import { Redactor } from "../secrets/redactor.ts";
import { isObject } from "../is-object.ts";
import type { Egress } from "./egress.ts";
import type { HostRequest, Route } from "./fetch-send.ts";

type ApiRequest = Parameters<Capabilities["posthog"]["api"]>[0];

/** What a team has of its PostHog, for the plugins that ask it. */
export interface PosthogAccount {
  /** Scheme and host, with or without a path. */
  host: string | null;
  projectApiKey: string | null;
  personalApiKey: string | null;
  /** What a person would do about a host, or a personal key, that is not there. */
  howToSet: { host: string; personalApiKey: string };
}

/** PostHog Cloud takes events on hosts that have no API; plugins of old name the first of its hosts. */
const API_HOSTS = new Map([
  ["us.i.posthog.com", "us.posthog.com"],
  ["eu.i.posthog.com", "eu.posthog.com"],
]);
const NO_PROJECT = "Unable to determine project";
const DEFAULT_HOST = "https://app.posthog.com";

/**
 * `posthog.api`: requests to the API of the team's PostHog, and to no other host. The team's personal key is added to them on their way
 * out and is never the plugin's to see.
 * @param account of the moment
 */
export function provideApi(
  egress: Pick<Egress, "send">,
  account: () => PosthogAccount | null,
): Capabilities["posthog"]["api"] {
  return async (request) => {
    const own = ownKeys(request);
    const current = account();
    if (current === null) throw new HostError("Error", NO_PROJECT);
    const { projectApiKey, personalApiKey, host, howToSet } = current;
    if (host === null) throw denied(howToSet.host);
    const base = apiBase(host);
    checkHost(request.host, host, base);
    const token = own?.projectApiKey ?? projectApiKey;
    if (token === null) throw new HostError("Error", NO_PROJECT);
    const key = own?.personalApiKey ?? personalApiKey;
    if (key === null) throw denied(howToSet.personalApiKey);
    return egress.send(toRequest(request, base, token), routeTo(base, key));
  };
}

/** The keys that a plugin brings along. */
function ownKeys({ projectApiKey, personalApiKey }: ApiRequest) {
  if (!projectApiKey && !personalApiKey) return undefined;
  if (!projectApiKey || !personalApiKey)
    throw new HostError("Error", "You must specify a personalApiKey if you specify a projectApiKey and vice-versa!");
  return { projectApiKey, personalApiKey };
}

function apiBase(host: string): URL {
  const base = new URL(host);
  base.hostname = API_HOSTS.get(base.hostname) ?? base.hostname;
  return base;
}

/** @param asked the host that the plugin names, if it names one */
function checkHost(asked: string | undefined, host: string, base: URL): void {
  if (!asked) return;
  const origin = parse(asked)?.origin;
  const isTeams = [DEFAULT_HOST, base.origin, new URL(host).origin].includes(origin ?? "");
  if (!isTeams)
    throw denied(`it reaches ${base.origin} alone, the team's PostHog, and not ${asked.slice(0, 200)}: use fetch`);
}

function toRequest({ method, path, data }: ApiRequest, base: URL, token: string): HostRequest {
  const value: unknown = data === undefined ? undefined : JSON.parse(data);
  const query = method === "get" ? [queryOf(value)] : [];
  const [route = ""] = path.replace(/^\//, "").split("#");
  const address = [...query, new URLSearchParams({ token }).toString()]
    .filter((part) => part !== "")
    .reduce((text, part) => `${text}${text.includes("?") ? "&" : "?"}${part}`, route);
  const url = `${base.origin}${base.pathname.replace(/\/+$/, "")}/${address}`;
  const head = { url, method: method.toUpperCase(), redirect: "follow" as const };
  if (method === "get" || (method === "delete" && !value)) return { ...head, headers: [] };
  return {
    ...head,
    headers: [["content-type", "application/json"]],
    body: { tag: "text", val: JSON.stringify(value || {}) },
  };
}

function queryOf(value: unknown): string {
  if (typeof value === "string") return new URLSearchParams(value).toString();
  if (!isObject(value)) return "";
  const texts = Object.entries(value).map(([name, item]) => [
    name,
    typeof item === "string" ? item : JSON.stringify(item),
  ]);
  return new URLSearchParams(texts).toString();
}

function routeTo(base: URL, key: string): Route {
  return {
    check(text) {
      const url = parse(text);
      if (url?.origin !== base.origin)
        throw denied(`it reaches ${base.origin} alone, the team's PostHog, and not ${text.slice(0, 200)}`);
      return url;
    },
    dress: (headers) => [...headers, ["authorization", `Bearer ${key}`]],
    redactor: new Redactor([key]),
  };
}

/** Node 20 has no `URL.parse`. */
const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const denied = (rule: string): HostError => new HostError("DeniedError", `posthog.api was denied: ${rule}`);
