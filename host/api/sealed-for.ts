import type { Env } from "../env.ts";
import { sealSecret } from "../secrets/registry-secrets.ts";
import { ApiError } from "./api-error.ts";

/** A secret that a client entered, as the registry keeps it. Throws ApiError 503 when the Worker has no key to seal it with. */
export async function sealedFor(env: Env, place: string, text: string, field: string): Promise<string> {
  const sealed = await sealSecret(env, place, text);
  if (sealed === undefined)
    throw ApiError.unavailable(
      `${field} is kept encrypted, and the Worker has no ENCRYPTION_KEY. Set it as a secret of the Worker; npm start and npm run deploy make one.`,
    );
  return sealed;
}
