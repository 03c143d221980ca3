import { decodeField, make, type MultipartError } from "multipasta";
import { discard } from "../../capture/read-body.ts";
import { ApiError } from "../api-error.ts";
import { MAX_BOUNDARY, wholeBoundaries } from "./whole-boundaries.ts";

/** A file of a form, before its bytes. */
export interface FormFile {
  /** The part's name. */
  name: string;
  fileName: string;
  contentType: string;
}

/** A field of a form that is text. */
export type FormField = [name: string, text: string];

/** Where the bytes of a file go. */
export interface FileSink {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
/** A config's values with room for their escapes. */
const MAX_FIELD_BYTES = 4 * MEBIBYTE;
/** Bytes of all fields that are text. */
const MAX_FIELDS_BYTES = 20 * MEBIBYTE;
const MAX_PARTS = 200;
const BOUNDARY = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i;

/**
 * Reads a form as it arrives: files go where `open` says, one after another and as fast as they are taken. `open` is told the fields that
 * came before, and may throw.
 * @returns its fields that are text, in their order
 * @throws {ApiError} 400 for a broken form, 413 for a large one, and whatever `open` and its sinks throw
 */
export async function readFormStream(
  request: Request,
  open: (file: FormFile, before: readonly FormField[]) => FileSink,
): Promise<FormField[]> {
  const contentType = request.headers.get("Content-Type") ?? "";
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? "";
  if (boundary === "" || boundary.length > MAX_BOUNDARY)
    throw brokenForm(`its Content-Type must have a boundary of at most ${MAX_BOUNDARY} characters`);
  const fields: FormField[] = [];
  const arrived: { sink: FileSink; chunk: Uint8Array | null }[] = [];
  let fieldBytes = 0;
  let isComplete = false;
  const parser = make({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    isFile: ({ filename }) => filename !== undefined,
    maxParts: MAX_PARTS,
    maxFieldSize: MAX_FIELD_BYTES,
    onField(info, value) {
      if ((fieldBytes += value.byteLength) > MAX_FIELDS_BYTES)
        throw tooLarge("The fields of the form", MAX_FIELDS_BYTES);
      fields.push([info.name, decodeField(info, value)]);
    },
    onFile({ name, filename = "", headers }) {
      const type = headers["content-type"];
      const isTyped = typeof type === "string" && type !== "";
      const sink = open({ name, fileName: filename, contentType: isTyped ? type : "application/octet-stream" }, fields);
      return (chunk) => void arrived.push({ sink, chunk });
    },
    onError(error) {
      throw problemOf(error);
    },
    onDone() {
      isComplete = true;
    },
  });

  const reader = (request.body ?? new Blob().stream()).getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const cut = wholeBoundaries(boundary);
  let size = 0;
  try {
    for (let done = false; !done;) {
      const { value, done: isEnd } = await reader.read();
      done = isEnd;
      size += value?.byteLength ?? 0;
      parser.write(cut(value ?? null));
      for (const { sink, chunk } of arrived.splice(0)) await (chunk === null ? sink.end() : sink.write(chunk));
    }
    if (!isComplete) throw brokenForm("it ends too early");
  } catch (error) {
    await discard(reader, Number(request.headers.get("Content-Length")), size);
    // What the names of files are decoded with.
    throw error instanceof URIError ? brokenForm("a file's name is not encoded as it says") : error;
  }
  return fields;
}

/** A refusal of what is too long. */
export function tooLarge(what: string, limit: number, attr: string | null = null): ApiError {
  const detail = `${what} must have at most ${limit / MEBIBYTE} MB.`;
  return new ApiError(413, "invalid_request", "request_too_large", detail, attr);
}

const brokenForm = (reason: string): ApiError =>
  ApiError.invalid(`The body is not a valid form: ${reason}.`, null, "parse_error");

function problemOf(error: MultipartError): ApiError {
  switch (error._tag) {
    case "ReachedLimit":
      return error.limit === "MaxParts"
        ? brokenForm(`it has more than ${MAX_PARTS} parts`)
        : tooLarge("A field of the form", MAX_FIELD_BYTES);
    case "EndNotReached":
      return brokenForm("it ends too early");
    default:
      return brokenForm("the headers of a part cannot be read");
  }
}
