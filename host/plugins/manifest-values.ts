import { z } from "zod";

/** A text of plugin.json, with at most so many characters. */
export const text = (max: number) =>
  z
    .string({ error: "must be text in double quotes" })
    .max(max, { error: `is longer than ${max} characters; shorten it` });

export const flag = z.boolean({ error: "must be true or false, without quotes" });
