import { isObject } from "../../../host/is-object.ts";
import { flagAttachments } from "../../case/attachments.ts";
import { readText } from "../../case/read-case.ts";
import { UsageError } from "../../errors.ts";
import { readEvents } from "../../read-events.ts";
import { versionId } from "../../server/upgrade-preview.ts";
import type { ServerContext } from "./server-command.ts";

/** What the flags of a dry run ask the server for. @throws {UsageError} for flags that do not go together */
export async function dryRunBody(context: ServerContext, id: number): Promise<object> {
  const { event, events, recent, function: name, job, payload, version, mock, attach, offline } = context.flags;
  if (mock !== undefined && offline === true) throw new UsageError("give either --mock or --offline");
  if (payload !== undefined && job === undefined) throw new UsageError("--payload is for --job NAME");
  const { stdin } = context.terminal;
  return {
    ...(event !== undefined && { event: (await readEvents(String(event), stdin))[0] }),
    ...(events !== undefined && { events: await readEvents(String(events), stdin) }),
    ...(recent !== undefined &&
      (/^\d{1,3}$/.test(String(recent)) ? { recent: Number(recent) } : { recent_event: recent })),
    ...(name !== undefined && { function: name }),
    ...(job !== undefined && {
      job: { name: job, ...(payload !== undefined && { payload: parsed(String(payload), "--payload") }) },
    }),
    ...(version !== undefined && { plugin_version_id: await versionId(context, id, String(version)) }),
    ...(mock !== undefined && { fetch: await readMocks(String(mock)) }),
    ...(Array.isArray(attach) && attach.length > 0 && { attachments: await readFiles(attach.map(String)) }),
    ...(offline === true && { fetch: "off" }),
  };
}

/** A list of answers, or the one in a case. */
async function readMocks(path: string): Promise<unknown> {
  const value = parsed(await readText(path), path);
  return isObject(value) ? (value["mockFetch"] ?? []) : value;
}

async function readFiles(flags: readonly string[]): Promise<object> {
  const files = await flagAttachments(flags, ".");
  return Object.fromEntries(
    files.map(({ key, contentType, fileName, contents }) => [
      key,
      { content_type: contentType, file_name: fileName, base64: Buffer.from(contents).toString("base64") },
    ]),
  );
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${what} is no JSON: ${(error as Error).message}`);
  }
}
