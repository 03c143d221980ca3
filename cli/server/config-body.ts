import type { FileAttachment } from "../case/attachments.ts";

/**
 * What a config is saved with: JSON, or PostHog's form where there are files, whose fields hold JSON, or a text as it is.
 * @param removed keys of the files that are taken away
 */
export function configBody<Fields extends object>(
  fields: Fields,
  attachments: readonly FileAttachment[],
  removed: readonly string[] = [],
): Fields | FormData {
  if (attachments.length + removed.length === 0) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  for (const key of removed) form.set(`remove_attachment[${key}]`, "true");
  for (const { key, contents, fileName, contentType } of attachments)
    form.set(`add_attachment[${key}]`, new File([new Uint8Array(contents)], fileName, { type: contentType }));
  return form;
}
