import type { Json } from "../../host/event.ts";
import type { Capabilities } from "../../wit/generated/contract.ts";

export type HostRequest = Parameters<Capabilities["fetch"]["send"]>[0];
export type HostResponse = Awaited<ReturnType<Capabilities["fetch"]["send"]>>;

/** A form's field or file. */
export type FormField =
  | { name: string; value: string }
  | { name: string; filename: string; type: string; base64: string };

/** One request as the plugin made it, and the status of what it got. */
export interface FetchRecord {
  method: string;
  /** Never normalised. */
  url: string;
  /** Names as passed; a name that was passed twice has its values joined. */
  headers: Record<string, string>;
  /** Text, URLSearchParams, and bytes that are UTF-8. */
  body?: string;
  /** The same once more, when it is JSON. */
  bodyJson?: Json;
  bodyBase64?: string;
  bodyForm?: FormField[];
  /** Null when there was no answer. */
  status: number | null;
}

export function recordOf({ method, url, headers, body }: HostRequest): FetchRecord {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) joined.set(name, joined.has(name) ? `${joined.get(name)}, ${value}` : value);
  return { method, url, headers: Object.fromEntries(joined), ...describeBody(body), status: null };
}

function describeBody(body: HostRequest["body"]): Partial<FetchRecord> {
  switch (body?.tag) {
    case undefined:
      return {};
    case "form":
      return { bodyForm: body.val.map(describeField) };
    case "bytes": {
      const text = utf8(body.val);
      return text === undefined ? { bodyBase64: Buffer.from(body.val).toString("base64") } : describeText(text);
    }
    default:
      return describeText(body?.val ?? "");
  }
}

function describeText(body: string): Partial<FetchRecord> {
  try {
    return { body, bodyJson: JSON.parse(body) as Json };
  } catch {
    return { body };
  }
}

type FormPart = Extract<HostRequest["body"], { tag: "form" }>["val"][number];

function describeField({ name, value, filename, contentType }: FormPart): FormField {
  const bytes = Buffer.from(value);
  if (filename === undefined) return { name, value: bytes.toString("utf8") };
  return { name, filename, type: contentType ?? "", base64: bytes.toString("base64") };
}

/** The text that bytes are in UTF-8; undefined when they are none. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
