/** Longer than any project API key; a bound on what a lookup has to handle. */
const MAX_TOKEN_LENGTH = 200;

/**
 * The project API key that a request names in its address, without touching its body: `?token=`, `?api_key=`, or
 * the first part after `/array/`.
 *
 * @returns null when the address names none, so that the default upstream applies.
 */
export function tokenFromRequest(url: URL): string | null {
  const { searchParams, pathname } = url;
  const token = searchParams.get("token") || searchParams.get("api_key") || tokenFromPath(pathname);
  return token && token.length <= MAX_TOKEN_LENGTH ? token : null;
}

function tokenFromPath(pathname: string): string | null {
  const encoded = /^\/array\/([^/]+)\//.exec(pathname)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not valid percent-encoding, hence nobody's key.
    return null;
  }
}
