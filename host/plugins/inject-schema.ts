import { z } from "zod";
import { isHostHeader } from "../capabilities/fetch-request.ts";
import { isHost } from "./capabilities.ts";

/** Where the host puts a secret that the plugin uses without seeing it. */
export interface Inject {
  /** As in grants for `fetch`; never `*`. */
  host: string[];
  header: string;
  /** Printable ASCII with one `{}`, in the place of which the value stands. */
  format: string;
}

const MAX_HOSTS = 20;
const HOSTS = 'must be a lower-case host such as "api.example.com" or "*.example.com", or a list of them';

const host = z.string({ error: HOSTS }).refine((text) => text !== "*" && isHost(text), { error: HOSTS });

/** `"inject": {"host": "api.x.com", "header": "Authorization", "format": "Bearer {}"}`; `host` may be a list. */
export const injectSchema = z.strictObject(
  {
    host: z.union([host.transform((one) => [one]), z.array(host).min(1).max(MAX_HOSTS)], { error: HOSTS }),
    header: z
      .string({ error: 'must be the name of a header such as "Authorization"' })
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/, { error: 'must be the name of a header such as "Authorization"' })
      .refine((name) => !isHostHeader(name), { error: "is a header that plugins cannot set" }),
    format: z
      .string({ error: 'must be text such as "Bearer {}"' })
      .regex(/^[\x20-\x7e]{2,200}$/, { error: "must be at most 200 printable ASCII characters" })
      .refine((text) => text.split("{}").length === 2, { error: 'must have one {} in it, such as "Bearer {}"' })
      .default("{}"),
  },
  { error: 'must be an object such as {"host": "api.example.com", "header": "Authorization", "format": "Bearer {}"}' },
);
