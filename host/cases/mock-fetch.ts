import { z } from "zod";
import type { Json } from "../event.ts";

const text = z.string({ error: "must be text in double quotes" });

/** What one request is answered with, in a case or a dry run. */
export const mockFetch = z.object(
  {
    url: text,
    method: text.optional(),
    status: z.int().min(100).max(599).optional(),
    statusText: text.optional(),
    json: z.custom<Json>().optional(),
    text: text.optional(),
    base64: text.optional(),
    headers: z
      .record(z.string(), z.union([z.string(), z.number()]), { error: 'must be an object such as {"key": "value"}' })
      .optional(),
    times: z.int().min(0).optional(),
    networkError: z.union([z.string(), z.boolean()], { error: "must be text or true" }).optional(),
    /** Where redirects have led. */
    finalUrl: text.optional(),
    redirected: z.boolean().optional(),
    /** `Name: message` of any other failure, such as the guard's DeniedError: `--record` writes it. */
    throws: text.optional(),
  },
  { error: 'must be an object such as {"url": "https://api.example.com/", "json": {}}' },
);

export type MockFetch = z.infer<typeof mockFetch>;
