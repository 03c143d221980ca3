/** PostHog Cloud serves `/static` and `/array` from hosts of their own: only these send `Cache-Control` with them. */
const ASSETS_HOSTS = new Map([
  ["us.i.posthog.com", "us-assets.i.posthog.com"],
  ["us.posthog.com", "us-assets.i.posthog.com"],
  ["app.posthog.com", "us-assets.i.posthog.com"],
  ["eu.i.posthog.com", "eu-assets.i.posthog.com"],
  ["eu.posthog.com", "eu-assets.i.posthog.com"],
]);

/** Where one request goes, and what of the address is the upstream's own. */
export interface UpstreamUrl {
  /** The address to fetch, query string included. */
  href: string;
  origin: string;
  /** The path under which PostHog lives on its host, without a trailing slash; usually empty. */
  basePath: string;
}

/**
 * Finds the address at the team's PostHog for an address of ours. `/static/` and `/array/` go to the assets host of
 * PostHog Cloud; a self-hosted PostHog answers for everything itself.
 *
 * @param host `POSTHOG_HOST`: scheme and host, with or without a path or a trailing slash.
 * @returns null when `host` is not an http or https URL.
 */
export function upstreamUrl(host: string, { pathname, search }: URL): UpstreamUrl | null {
  const base = URL.parse(host);
  if (base === null || !["http:", "https:"].includes(base.protocol)) return null;
  if (/^\/(static|array)\//.test(pathname)) base.hostname = ASSETS_HOSTS.get(base.hostname) ?? base.hostname;
  const basePath = base.pathname.replace(/\/+$/, "");
  return { href: `${base.origin}${basePath}${pathname}${search}`, origin: base.origin, basePath };
}

/**
 * What a redirect of the upstream is for our client: an address under the upstream's own becomes the same one under
 * ours, any other stays.
 */
export function rewriteLocation(location: string, { origin, basePath }: UpstreamUrl, ownOrigin: string): string {
  const target = URL.parse(location, origin);
  if (target === null || target.origin !== origin) return location;
  if (target.pathname !== basePath && !target.pathname.startsWith(`${basePath}/`)) return location;
  return `${ownOrigin}${target.pathname.slice(basePath.length) || "/"}${target.search}${target.hash}`;
}
